import type { Metadata } from "next"
import { ConflictDialog } from "@/components/conflict/conflict-dialog"
import { LogScreen } from "@/components/log/log-screen"
import { PageFrame } from "@/components/shell/page-frame"
import { requirePerson } from "@/lib/server/require-person"

export const metadata: Metadata = { title: "Log" }

export default async function LogPage() {
  const { timeZone } = await requirePerson("admin")
  return (
    <PageFrame
      title="Log"
      intro="What was read, proposed, approved and written, and by whom. Looking at it is logged too."
      wide
    >
      <LogScreen timeZone={timeZone} />
      <ConflictDialog timeZone={timeZone} />
    </PageFrame>
  )
}
