import { afterEach, beforeEach, expect, test, vi } from "vitest"
import type { ConnectionId } from "../domain/event"
import type { Account } from "../ports/connection-store"
import { forgetGone } from "./forget-gone"
import { KEPT_MS, type Recalled, type RecallMemory, recallMemory } from "./recall-memory"

/* How long event texts stay in a process: as long as they may be used, and not a timer's tick longer. */

const account = (id: string, userId = "ada"): Account => ({ workspaceId: "w1", userId, id: id as ConnectionId })
const HERS = account("c1")
const OTHER = account("c2")
const told: Recalled = { events: new Map(), cursor: "s1", window: { from: "2026-11-13", to: "2027-01-01" } }

let memory: RecallMemory
const known = (of: Account, calendar = "primary") => memory.begin(of, calendar).known
const kept = () => memory.accounts().map(({ id }) => id)
const look = (of: Account, calendar = "primary") => memory.begin(of, calendar).keep(told)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] })
  memory = recallMemory({ monotonic: () => performance.now() })
})
afterEach(() => vi.useRealTimers())

test("a calendar that nobody looks at goes by itself when its time is up, each at its own", () => {
  look(HERS)
  vi.advanceTimersByTime(KEPT_MS / 2)
  look(OTHER)
  vi.advanceTimersByTime(KEPT_MS / 2 - 1)
  expect(kept()).toEqual(["c1", "c2"])
  vi.advanceTimersByTime(1)
  expect(kept()).toEqual(["c2"])
  vi.advanceTimersByTime(KEPT_MS / 2)
  expect(kept()).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test("one that is looked at again stays, and for its time from then on", () => {
  look(HERS)
  vi.advanceTimersByTime(KEPT_MS - 1)
  look(HERS)
  vi.advanceTimersByTime(KEPT_MS - 1)
  expect(known(HERS)).toMatchObject(told)
  vi.advanceTimersByTime(1)
  expect(kept()).toEqual([])
})

test("the timer keeps no process alive", () => {
  vi.useRealTimers()
  const set = vi.spyOn(globalThis, "setTimeout")
  look(HERS)
  expect(set.mock.results.map(({ value }) => value.hasRef())).toEqual([false])
  set.mockRestore()
})

test("an account that is forgotten goes with all its calendars, at once; another's stay", () => {
  look(HERS)
  look(HERS, "team")
  look(OTHER)
  look(account("c1", "eve"))
  memory.forget(HERS)
  expect([known(HERS), known(HERS, "team")]).toEqual([null, null])
  expect(memory.accounts()).toEqual([OTHER, account("c1", "eve")])
})

test("what a look brings that began before its account was forgotten is not kept", () => {
  const begun = memory.begin(HERS, "primary")
  memory.forget(HERS)
  begun.keep(told)
  expect(kept()).toEqual([])
  look(HERS)
  expect(kept()).toEqual(["c1"])
})

test("the oldest goes where there are too many", () => {
  for (let i = 0; i < 65; i++) look(account(`c${i}`))
  expect(kept()).toHaveLength(64)
  expect(known(account("c0"))).toBeNull()
})

test("accounts that another process has disconnected are forgotten; nobody is asked where nothing is kept", async () => {
  const asked: (readonly Account[])[] = []
  const connections = {
    live: async (accounts: readonly Account[]) => {
      asked.push(accounts)
      return [OTHER]
    },
  }
  await forgetGone({ recalled: memory, connections })
  expect(asked).toEqual([])
  look(HERS)
  look(OTHER)
  await forgetGone({ recalled: memory, connections })
  expect(asked).toEqual([[HERS, OTHER]])
  expect(kept()).toEqual(["c2"])
})
