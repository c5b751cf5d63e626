import { type DehydratedState, dehydrate, QueryClient } from "@tanstack/react-query"
import { keys } from "@/lib/client/keys"
import type { Person } from "@/lib/domain/person"
import type { SettingsView } from "@/lib/http/schemas/workspace"
import { showConversation } from "@/lib/http/show/turn"
import { showWeek } from "@/lib/http/show/week"
import { listWeek } from "@/lib/server/list-week"
import { wired } from "@/lib/server/wiring"

/** So long the page waits for the calendars' providers; what they answer later, the browser asks for itself. */
const PATIENCE_MS = 800

/**
 * This week and the conversation, read on the server, so that the first answer shows them. What fails here, or takes too long, is asked for again by the
 * browser: a provider that hangs does not keep the page.
 */
export async function prefetchedHome(person: Person, settings: SettingsView): Promise<DehydratedState> {
  const client = new QueryClient()
  client.setQueryData(keys.settings, settings)
  await Promise.all([
    client.prefetchQuery({
      queryKey: keys.conversation,
      queryFn: () => showConversation(wired.store, person),
    }),
    client.prefetchQuery({
      queryKey: keys.week(null),
      queryFn: () =>
        within(PATIENCE_MS, async () => showWeek(wired.store, person, await listWeek(wired, person, { days: 7 }))),
    }),
  ])
  return dehydrate(client)
}

function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`not within ${ms} ms`)), ms))
  return Promise.race([work(), late])
}
