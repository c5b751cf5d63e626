import type { Metadata } from "next"
import { ConnectionsScreen } from "@/components/connections/connections-screen"
import { PageFrame } from "@/components/shell/page-frame"
import { requirePerson } from "@/lib/server/require-person"

export const metadata: Metadata = { title: "Connections" }

export default async function ConnectionsPage() {
  await requirePerson()
  return (
    <PageFrame
      title="Connections"
      intro="The accounts whose calendars the assistant may read and, when you apply a proposal, change."
    >
      <ConnectionsScreen />
    </PageFrame>
  )
}
