import type { Metadata } from "next"
import { AgentsWaiting } from "@/components/assistant/agents-waiting"
import { WeekPane } from "@/components/calendar/week-pane"
import { ConflictDialog } from "@/components/conflict/conflict-dialog"
import { WaitingQuestions } from "@/components/conflict/waiting-questions"
import { ConnectFirst } from "@/components/connections/connect-first"
import { readSettings } from "@/lib/server/read-settings"
import { requirePerson } from "@/lib/server/require-person"
import { wired } from "@/lib/server/wiring"

export const metadata: Metadata = { title: "Calendar" }

export default async function CalendarPage() {
  const person = await requirePerson()
  const { connections } = await readSettings(wired, person)
  if (connections.length === 0) return <ConnectFirst problem={null} />
  return (
    <>
      <h1 className="sr-only">Calendar</h1>
      <div className="grid gap-2 px-3 pt-3 empty:hidden sm:px-4">
        <WaitingQuestions />
        <AgentsWaiting />
      </div>
      <section
        aria-label="Calendar"
        className="min-h-0 flex-1 bg-surface md:m-4 md:overflow-hidden md:rounded-xl md:border md:border-line"
      >
        <WeekPane />
      </section>
      <ConflictDialog timeZone={person.timeZone} />
    </>
  )
}
