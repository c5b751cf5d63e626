import { Logger, runOnce } from "graphile-worker"
import type { StepRef } from "../ports/jobs"
import { checkSlotAfter } from "../server/check-slot-after"
import type { SceneDeps } from "./scene-deps"

/** Takes the looks at slots that wait in the queue, and no other order, and does them. @returns how many @throws what one of them threw */
export async function slotChecksDone(databaseUrl: string, deps: SceneDeps): Promise<number> {
  let all = 0
  // a run ends when there is nothing to take at that moment, also while an order before it in the same queue is being put away
  for (let done = -1; done !== 0; all += done) done = await oneRun(databaseUrl, deps)
  return all
}

async function oneRun(databaseUrl: string, deps: SceneDeps): Promise<number> {
  const faults: unknown[] = []
  let done = 0
  await runOnce({
    connectionString: databaseUrl,
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    taskList: {
      "check-slot": async (step) => {
        done += 1
        await checkSlotAfter(deps, step as StepRef).catch((fault: unknown) => {
          faults.push(fault)
          throw fault
        })
      },
    },
  })
  if (faults.length > 0) throw faults[0]
  return done
}
