import type { Metadata } from "next"
import { SettingsScreen } from "@/components/settings/settings-screen"
import { PageFrame } from "@/components/shell/page-frame"
import { requirePerson } from "@/lib/server/require-person"

export const metadata: Metadata = { title: "Settings" }

export default async function SettingsPage() {
  await requirePerson()
  return (
    <PageFrame title="Settings">
      <SettingsScreen />
    </PageFrame>
  )
}
