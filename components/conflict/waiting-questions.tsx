"use client"

import { Button } from "@/components/ui/button"
import { Notice } from "@/components/ui/notice"
import { SafeText } from "@/components/ui/safe-text"
import { openConflict } from "@/lib/client/open-conflict"
import { useShared } from "@/lib/client/shared-value"
import { useWeek } from "@/lib/client/week"

/** Questions put off or left behind by a reload: they wait on the server until they are answered. */
export function WaitingQuestions() {
  const { data } = useWeek(null)
  const opened = useShared(openConflict, null)
  const waiting = data?.proposals.filter((proposal) => proposal.conflict && proposal.id !== opened) ?? []
  return waiting.map(({ id, conflict }) => (
    <Notice
      key={id}
      tone="warn"
      action={
        <Button size="small" onClick={() => openConflict.set(id)}>
          Answer
        </Button>
      }
    >
      <strong className="font-semibold">A question is waiting:</strong> <SafeText text={conflict?.is.summary ?? ""} />.{" "}
      {conflict?.title}
    </Notice>
  ))
}
