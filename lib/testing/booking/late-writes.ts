import type { postgresClient } from "../../adapters/postgres/client"
import type { BookingStore, Idempotency } from "../../ports/booking-store"
import type { BookingPlant } from "./plants"

/** The half of the plants that a process does: what belongs to the transaction comes after it, from whoever is still alive. */
export function lateBookings(
  db: ReturnType<typeof postgresClient>,
  store: BookingStore,
  plant: BookingPlant | null,
): BookingStore {
  if (plant === "log-apart") {
    const then = async <A>(workspaceId: string, answer: A): Promise<A> => {
      await db.$executeRaw`select booking_log_now(${workspaceId})`
      return answer
    }
    return {
      ...store,
      hold: async (request) => then(request.workspaceId, await store.hold(request)),
      commit: async (request) => then(request.workspaceId, await store.commit(request)),
    }
  }
  if (plant === "key-apart") {
    const keep = (workspaceId: string, agentId: string, { key, digest }: Idempotency, reply: unknown) =>
      db.$executeRaw`select booking_keep_now(${workspaceId}, ${`agent/${agentId}`}, ${key}, ${digest}, ${JSON.stringify(reply)}::jsonb)`
    return {
      ...store,
      async commit(request) {
        const answered = await store.commit(request)
        const { workspaceId, agentId, idempotency } = request
        if (idempotency && answered.kind === "answered" && !answered.replayed)
          await keep(workspaceId, agentId, idempotency, answered.answer)
        return answered
      },
    }
  }
  return store
}
