import { HydrationBoundary } from "@tanstack/react-query"
import type { Metadata } from "next"
import { AgentsWaiting } from "@/components/assistant/agents-waiting"
import { AssistantPanel } from "@/components/assistant/assistant-panel"
import { WeekPane } from "@/components/calendar/week-pane"
import { ConflictDialog } from "@/components/conflict/conflict-dialog"
import { WaitingQuestions } from "@/components/conflict/waiting-questions"
import { ConnectFirst } from "@/components/connections/connect-first"
import { ConnectProblem } from "@/components/connections/connect-problem"
import { MainScreen } from "@/components/shell/main-screen"
import { logSizeBefore } from "@/lib/server/log-size"
import { readSettings } from "@/lib/server/read-settings"
import { requirePerson } from "@/lib/server/require-person"
import { wired } from "@/lib/server/wiring"
import { prefetchedHome } from "./prefetched-home"

export const metadata: Metadata = { title: { absolute: "Assistant - Ifmatch" } }

interface HomePageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function HomePage({ searchParams }: HomePageProps) {
  const person = await requirePerson()
  // before anything that the page shows is read: the layout's stream begins there
  await logSizeBefore(person.workspaceId)
  const settings = await readSettings(wired, person)
  const { connect } = await searchParams
  const problem = typeof connect === "string" ? <ConnectProblem kind={connect} /> : null
  if (settings.connections.length === 0) return <ConnectFirst problem={problem} />
  return (
    <HydrationBoundary state={await prefetchedHome(person, settings)}>
      <h1 className="sr-only">Assistant and calendar</h1>
      <MainScreen
        notices={
          <>
            {problem}
            <WaitingQuestions />
            <AgentsWaiting />
          </>
        }
        calendar={<WeekPane />}
        assistant={<AssistantPanel timeZone={person.timeZone} />}
      />
      <ConflictDialog timeZone={person.timeZone} />
    </HydrationBoundary>
  )
}
