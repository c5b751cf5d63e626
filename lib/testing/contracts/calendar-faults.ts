import { type AddressInfo, createServer } from "node:net"
import { afterEach, describe, expect, test } from "vitest"
import type { WriteOutcome } from "../../ports/calendar-provider"
import { isWrite } from "../is-write"
import type { FaultKind } from "../sandbox"
import { type Acts, appliedTo, type FaultOptions, hours, later, listedOn, window, writing } from "./calendar-world"

interface Case {
  readonly fault: FaultKind
  readonly kind: WriteOutcome["kind"]
  /** Did the provider carry the write out all the same? */
  readonly carriedOut: boolean
}

const CASES: readonly Case[] = [
  { fault: "executed-but-503", kind: "unknown", carriedOut: true },
  { fault: "reset-after-execution", kind: "unknown", carriedOut: true },
  { fault: "mid-body-reset", kind: "unknown", carriedOut: true },
  { fault: "reset-before-execution", kind: "unknown", carriedOut: false },
  { fault: "429", kind: "throttled", carriedOut: false },
  { fault: "401", kind: "reconnect", carriedOut: false },
]

/** An address at which nothing listens. */
async function closedUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return `http://127.0.0.1:${port}`
}

/** Whatever breaks, a write is one request, and its outcome never says more than is known. */
export function faultsContract(acts: () => Acts): void {
  const fault = (kind: FaultKind, options: FaultOptions = {}) => acts().world.fault(kind, options)

  describe("faults", () => {
    afterEach(() => acts().world.clearFaults())

    test.each(CASES)("an update under $fault is $kind, one request", async ({ fault: kind, ...expected }) => {
      const event = await acts().given()
      const options = writing()
      await fault(kind, { method: acts().world.can.update })
      const { outcome, writes } = await acts().watching(() =>
        acts().mine.update(event.value.ref, later(event.value), event.version, options),
      )
      expect(outcome.kind).toBe(expected.kind)
      expect(writes).toHaveLength(1)
      const after = await acts().standing(event.value.ref)
      expect(after.value.marker === options.marker).toBe(expected.carriedOut)
      expect(after.version === event.version).toBe(!expected.carriedOut)
    })

    test.each(CASES.filter((each) => each.fault !== "mid-body-reset"))(
      "a delete under $fault is $kind, one request",
      async ({ fault: kind, ...expected }) => {
        const event = await acts().given()
        await fault(kind, { method: "DELETE" })
        const { outcome, writes } = await acts().watching(() =>
          acts().mine.delete(event.value.ref, event.version, writing()),
        )
        expect(outcome.kind).toBe(expected.kind)
        expect(writes).toHaveLength(1)
        expect((await acts().mine.get(event.value.ref)).kind).toBe(expected.carriedOut ? "gone" : "found")
      },
    )

    test.each(CASES)("a create under $fault is $kind; sent again with its marker it is one event", async (each) => {
      const day = acts().freshDay()
      const draft = { summary: "Once", ...hours(day, 9, 10) }
      const options = writing()
      await fault(each.fault, { method: acts().world.can.create })
      const { outcome, writes } = await acts().watching(() => acts().mine.create(acts().calendarId, draft, options))
      expect(outcome.kind).toBe(each.kind)
      expect(writes).toHaveLength(1)
      expect(await listedOn(acts(), day)).toHaveLength(each.carriedOut ? 1 : 0)
      appliedTo(await acts().mine.create(acts().calendarId, draft, options))
      expect(await listedOn(acts(), day)).toHaveLength(1)
    })

    test("a spurious 412 is a conflict, and nothing was written", async () => {
      const event = await acts().given()
      await fault("spurious-412", { method: acts().world.can.update })
      const { outcome, writes } = await acts().watching(() =>
        acts().mine.update(event.value.ref, later(event.value), event.version, writing()),
      )
      expect(outcome).toEqual({ kind: "conflict" })
      expect(writes).toHaveLength(1)
      expect(await acts().standing(event.value.ref)).toEqual(event)
    })

    test("a 429 says how long to wait", async () => {
      const event = await acts().given()
      await fault("429", { method: acts().world.can.update })
      const outcome = await acts().mine.update(event.value.ref, later(event.value), event.version, writing())
      expect(outcome.kind === "throttled" && outcome.retryAfterMs).toBeGreaterThan(0)
    })

    test("an answer later than our timeout is unknown, one request; the write is there in the end", async () => {
      const event = await acts().given()
      const options = writing({ timeoutMs: 150 })
      await fault("latency", { method: acts().world.can.update, delayMs: 600 })
      const mark = await acts().world.passed()
      const { writes } = await acts().watching(async () => {
        const outcome = await acts().mine.update(event.value.ref, later(event.value), event.version, options)
        expect(outcome).toEqual({ kind: "unknown", cause: "timedOut" })
        const marker = async () => (await acts().standing(event.value.ref)).value.marker
        await expect.poll(marker, { timeout: 3_000 }).toBe(options.marker)
        // it has gone by when its answer is back, which may be later than what it wrote
        await expect.poll(async () => (await acts().world.since(mark)).some(isWrite), { timeout: 3_000 }).toBe(true)
      })
      expect(writes).toHaveLength(1)
    })

    test("an abort in flight is unknown; before it, nothing is sent", async () => {
      const event = await acts().given()
      await fault("latency", { method: acts().world.can.update, delayMs: 600 })
      const signal = AbortSignal.timeout(150)
      const update = () => acts().mine.update(event.value.ref, { summary: "x" }, event.version, writing({ signal }))
      expect((await update()).kind).toBe("unknown")
      const { outcome, all } = await acts().watching(update)
      expect(outcome.kind).toBe("notApplied")
      expect(all).toEqual([])
    })

    test("no server: a write is certainly not applied, a read unreachable", async () => {
      const event = await acts().given()
      const nowhere = acts().world.account(acts().world.organizer, { url: await closedUrl() })
      const outcome = await nowhere.update(event.value.ref, { summary: "x" }, event.version, writing())
      expect(outcome.kind).toBe("notApplied")
      expect((await nowhere.get(event.value.ref)).kind).toBe("unreachable")
    })

    test("a read is tried again after a 503, and no more than twice", async () => {
      const event = await acts().given()
      await fault("executed-but-503", { method: "GET", times: 1 })
      expect((await acts().mine.get(event.value.ref)).kind).toBe("found")
      await fault("executed-but-503", { method: "GET", times: 20 })
      const { outcome, all } = await acts().watching(() => acts().mine.get(event.value.ref))
      expect(outcome.kind).toBe("unreachable")
      expect(all.filter((exchange) => exchange.method === "GET")).toHaveLength(3)
    })

    test.each([
      ["429", "throttled"],
      ["401", "reconnect"],
      ["mid-body-reset", "unreachable"],
    ] as const)("a read under %s is %s", async (kind, answered) => {
      const event = await acts().given()
      await fault(kind, { method: "GET", times: 20 })
      expect((await acts().mine.get(event.value.ref)).kind).toBe(answered)
    })

    test("a list or a free/busy that cannot be read is not an empty one", async () => {
      const range = window(acts().freshDay())
      await fault("429", { times: 20 })
      expect((await acts().mine.list(acts().calendarId, range)).kind).toBe("throttled")
      expect((await acts().mine.busy(acts().calendarId, range)).kind).toBe("throttled")
    })
  })
}
