import { type DehydratedState, dehydrate, QueryClient } from "@tanstack/react-query"
import { keys } from "@/lib/client/keys"
import type { Person } from "@/lib/domain/person"
import type { SettingsView } from "@/lib/http/schemas/workspace"
import { showConversation } from "@/lib/http/show/turn"
import { showWeek } from "@/lib/http/show/week"
import { listWeek } from "@/lib/server/list-week"
import { wired } from "@/lib/server/wiring"

/** This week and the conversation, read on the server, so that the first answer shows them. What fails here is asked for again by the browser. */
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
      queryFn: async () => showWeek(wired.store, person, await listWeek(wired, person, { days: 7 })),
    }),
  ])
  return dehydrate(client)
}
