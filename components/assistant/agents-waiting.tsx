"use client"

import { useRouter } from "next/navigation"
import { Button } from "@/components/ui/button"
import { Notice } from "@/components/ui/notice"
import { SafeText } from "@/components/ui/safe-text"
import { goToProposal } from "@/lib/client/go-to-proposal"
import { useWeek } from "@/lib/client/week"

/** What agents outside have proposed and nobody has decided: said where a person looks, wherever the card has gone. */
export function AgentsWaiting() {
  const { data } = useWeek(null)
  const router = useRouter()
  const waiting = data?.proposals.filter(({ agent, state }) => agent && (state === "open" || state === "stale")) ?? []
  const [first] = waiting
  if (!first) return null
  const names = [...new Set(waiting.flatMap(({ agent }) => agent?.name ?? []))].join(", ")
  return (
    <Notice
      tone="info"
      action={
        <Button size="small" onClick={() => goToProposal(first.id, router.push)}>
          Look
        </Button>
      }
    >
      {waiting.length === 1 ? "A proposal waits" : `${waiting.length} proposals wait`} for your yes: from{" "}
      <SafeText text={names} />.
    </Notice>
  )
}
