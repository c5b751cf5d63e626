import "server-only"
import type { RecordClaims, Run } from "../ports/record-claims"
import type { RecordView } from "../ports/record-store"
import type { SealedEvents } from "../ports/sealed-events"

export interface HearDeps {
  readonly recordClaims: Pick<RecordClaims, "deadViews">
  readonly sealedEvents: SealedEvents
}

/**
 * C6. Tells of every view of a run that is dead already, and of each that dies, as soon as what killed it is in the log: once for each version that stands instead. A hint, and no more: what a write is
 * refused by is compared when it comes.
 * @param failed it could not be looked; nothing more is told
 * @returns ends it
 */
export async function hearDeadViews(
  { recordClaims, sealedEvents }: HearDeps,
  run: Run,
  tell: (view: RecordView) => void,
  failed: (error: unknown) => void,
): Promise<() => void> {
  const told = new Map<string, RecordView["version"]>()
  let wanted = false
  let looking = false
  let over = false

  async function look(): Promise<void> {
    wanted = true
    if (looking) return
    looking = true
    while (wanted && !over) {
      wanted = false
      for (const view of await recordClaims.deadViews(run)) {
        if (over || (told.has(view.key) && told.get(view.key) === view.version)) continue
        told.set(view.key, view.version)
        tell(view)
      }
    }
    looking = false
  }

  function end(): void {
    over = true
    unsubscribe()
  }
  const unsubscribe = await sealedEvents.subscribe(run.workspaceId, () => void look().catch(broken))
  function broken(error: unknown): void {
    if (over) return
    end()
    failed(error)
  }
  await look().catch(broken)
  return end
}
