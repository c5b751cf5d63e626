"use client"

import { useQuery } from "@tanstack/react-query"
import { openConflict } from "@/lib/client/open-conflict"
import { proposalQuery } from "@/lib/client/proposal-cache"
import { useShared } from "@/lib/client/shared-value"
import { ConflictQuestion } from "./conflict-question"

/** Shows whichever question was opened, from the assistant, from a drag or from the list of waiting ones. Closing it answers nothing. */
export function ConflictDialog({ timeZone }: { readonly timeZone: string }) {
  const proposalId = useShared(openConflict, null)
  const { data } = useQuery({ ...proposalQuery(proposalId ?? ""), enabled: proposalId !== null })
  const conflict = proposalId === data?.id ? data?.conflict : null
  if (!conflict) return null
  return (
    <ConflictQuestion
      key={conflict.id}
      conflict={conflict}
      timeZone={timeZone}
      onLater={() => openConflict.set(null)}
    />
  )
}
