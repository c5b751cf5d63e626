import { useMutation, useQueryClient } from "@tanstack/react-query"
import { toast } from "sonner"
import type { EventKey, EventPatch } from "../domain/event"
import { patched } from "../domain/event-diff"
import type { Scope } from "../domain/plan"
import type { ShownEvent, WeekView } from "../http/schemas/event"
import type { ProposalAnswer, ProposalView } from "../http/schemas/proposal"
import { errorText, fetchJson } from "./fetch-json"
import { keys } from "./keys"
import { useAnnounce } from "./outcome-notice"
import { keepProposal, refreshAfterWrite } from "./proposal-cache"

export interface Edit {
  /** The event as it is on screen; its version is the precondition. */
  readonly shown: ShownEvent
  readonly patch: EventPatch
  /** Of one of a series: how far the change reaches. */
  readonly scope: Scope
  readonly tellGuests: boolean
}

const inEveryWeek = { queryKey: keys.weeks }

/**
 * A drag, a resize or an edit by the person: shown at once, and taken back on anything but applied and unchanged. A lost race opens the same
 * dialog as the assistant's writes.
 * @param onWaiting the change costs something that the calendar cannot keep, and waits for a yes
 */
export function useEditEvent(onWaiting: (proposal: ProposalView) => void) {
  const client = useQueryClient()
  const announce = useAnnounce()
  return useMutation({
    mutationKey: keys.weeks,
    mutationFn: ({ shown, patch, scope, tellGuests }: Edit) =>
      fetchJson<ProposalAnswer>("/api/events", {
        method: "PATCH",
        headers: { "if-match": shown.version },
        body: { seen: shown.event, patch, scope, tellGuests },
      }),
    onMutate: async ({ shown, patch }) => {
      await client.cancelQueries(inEveryWeek)
      const before = client.getQueriesData<WeekView>(inEveryWeek)
      client.setQueriesData<WeekView>(inEveryWeek, (week) => week && withEvent(week, shown.key, patch))
      return { before }
    },
    onSuccess: (answer, _edit, { before }) => {
      if (answer.proposal.state !== "done") restore(before)
      keepProposal(client, answer.proposal)
      if (answer.proposal.state === "open") onWaiting(answer.proposal)
      else announce(answer)
    },
    onError: (error, _edit, context) => {
      if (context) restore(context.before)
      toast.error(`${errorText(error)} It is back where it was.`)
    },
    onSettled: () => refreshAfterWrite(client),
  })

  function restore(before: ReturnType<typeof client.getQueriesData<WeekView>>): void {
    for (const [queryKey, week] of before) client.setQueryData(queryKey, week)
  }
}

function withEvent(week: WeekView, key: EventKey, patch: EventPatch): WeekView {
  const events = week.events.map((shown) =>
    shown.key === key ? { ...shown, event: patched(shown.event, patch) } : shown,
  )
  return { ...week, events }
}
