import { INTENT_TIMES, type IntentTimes } from "../../domain/protocol/intent"

/** The protocol's times made shorter, so that many crashes fit into a run. An approval keeps its time: nobody waits for it here. */
export const scaledTimes = (factor: number): IntentTimes => ({
  timeoutMs: INTENT_TIMES.timeoutMs / factor,
  leaseMs: INTENT_TIMES.leaseMs / factor,
  lookAgainMs: INTENT_TIMES.lookAgainMs / factor,
  approvalTtlMs: INTENT_TIMES.approvalTtlMs,
})
