import { useMutation, useQueryClient } from "@tanstack/react-query"
import { toast } from "sonner"
import type { Change } from "../domain/change"
import type { ShownEvent } from "../http/schemas/event"
import type { ProposalAnswer } from "../http/schemas/proposal"
import { errorText, fetchJson } from "./fetch-json"
import { keys } from "./keys"
import { useAnnounce } from "./outcome-notice"
import { keepProposal, refreshAfterWrite } from "./proposal-cache"

/** What can be done to an opened event beside changing its fields. */
export type Act = Extract<Change, { kind: "delete" | "move" | "respond" }>

interface Acting {
  readonly shown: ShownEvent
  readonly change: Act
  readonly tellGuests: boolean
}

/** Under the version on screen; shown when the provider has said yes, not before: a delete has no way back. */
export function useActOnEvent() {
  const client = useQueryClient()
  const announce = useAnnounce()
  return useMutation({
    mutationKey: keys.weeks,
    mutationFn: ({ shown, change, tellGuests }: Acting) =>
      fetchJson<ProposalAnswer>("/api/events/act", {
        method: "POST",
        headers: { "if-match": shown.version },
        body: { seen: shown.event, change, tellGuests },
      }),
    onSuccess: (answer) => {
      keepProposal(client, answer.proposal)
      announce(answer)
    },
    onError: (error) => toast.error(errorText(error)),
    onSettled: () => refreshAfterWrite(client),
  })
}
