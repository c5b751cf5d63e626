import { useState } from "react"
import type { OperationView, ProposalView } from "@/lib/client/proposals"

/** Which steps of a plan are to be applied. Kept by event, so that they outlast another look at the same plan; on the server nothing changes before Apply. */
export interface Ticks {
  /** Absent: there is nothing to choose, because it is one step or all of them need each other. */
  readonly of?: (operation: OperationView) => Tick
  readonly chosen: number
  /** Positions of the plan; absent: all of it. */
  readonly keep?: readonly number[]
}

export interface Tick {
  readonly isOn: boolean
  /** The other steps that go with this one. */
  readonly others: readonly OperationView[]
  readonly toggle: () => void
}

export function useTicks({ operations }: ProposalView, isOpen: boolean): Ticks {
  const [off, setOff] = useState<readonly string[]>([])
  const chosen = operations.filter(({ key }) => !off.includes(key))
  const isOneThing = operations.every(({ together }) => operations.every((op) => together.includes(op.position)))
  if (!isOpen || isOneThing) return { chosen: operations.length }

  const of = (operation: OperationView): Tick => {
    const all = operations.filter((op) => operation.together.includes(op.position))
    const isOn = !off.includes(operation.key)
    const keys = all.map(({ key }) => key)
    return {
      isOn,
      others: all.filter((op) => op !== operation),
      toggle: () => setOff(isOn ? [...off, ...keys] : off.filter((key) => !all.some((op) => op.key === key))),
    }
  }
  const keep = [...new Set(chosen.flatMap(({ together }) => together))]
  return { of, chosen: chosen.length, ...(chosen.length < operations.length && { keep }) }
}
