import type { Metadata } from "next"
import Link from "next/link"
import { AgentsScreen } from "@/components/agents/agents-screen"
import { PageFrame } from "@/components/shell/page-frame"
import { requirePerson } from "@/lib/server/require-person"

export const metadata: Metadata = { title: "Agents" }

export default async function AgentsPage() {
  const { timeZone } = await requirePerson()
  return (
    <PageFrame
      title="Agents"
      intro={
        <>
          Other people's software that may book on your calendars, in an order that you decide.{" "}
          <Link href="/race" className="font-medium text-accent underline underline-offset-2">
            See what the order does
          </Link>{" "}
          in a race that touches no calendar.
        </>
      }
    >
      <AgentsScreen timeZone={timeZone} />
    </PageFrame>
  )
}
