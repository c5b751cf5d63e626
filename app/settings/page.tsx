import type { Metadata } from "next"
import Link from "next/link"
import { SettingsScreen } from "@/components/settings/settings-screen"
import { PageFrame } from "@/components/shell/page-frame"
import { requirePerson } from "@/lib/server/require-person"

export const metadata: Metadata = { title: "Settings" }

export default async function SettingsPage() {
  await requirePerson()
  return (
    <PageFrame title="Settings">
      <SettingsScreen />
      <p className="text-sm text-ink-soft">
        You write an agent?{" "}
        <Link href="/docs" className="text-accent underline">
          How agents book
        </Link>
      </p>
    </PageFrame>
  )
}
