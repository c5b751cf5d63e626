import { afterEach, expect, test, vi } from "vitest"
import { eventStream, heardUpTo } from "./event-stream"

afterEach(() => {
  vi.useRealTimers()
})

const fails = (error: unknown) => {
  throw error
}
const asked = (headers: Record<string, string> = {}) => new Request("http://localhost/stream", { headers })

test("what is told comes with its id, after the time to come again", async () => {
  const response = eventStream(
    asked(),
    async (send, end) => {
      send("sealed", "7", { size: 7 })
      setTimeout(end)
      return () => {}
    },
    fails,
  )
  expect(await response.text()).toBe('retry: 1000\n\nevent: sealed\nid: 7\ndata: {"size":7}\n\n')
})

test("a stream that could not be begun ends, and beats no more", async () => {
  vi.useFakeTimers()
  const failed = vi.fn()
  const response = eventStream(asked(), () => Promise.reject(new Error("no database")), failed)
  expect(await response.text()).toBe("retry: 1000\n\n")
  expect(vi.getTimerCount()).toBe(0)
  expect(failed).toHaveBeenCalledExactlyOnceWith(new Error("no database"))
})

test("a browser that went while it was begun is listened for no more", async () => {
  const unsubscribe = vi.fn()
  const leaving = new AbortController()
  const request = new Request("http://localhost/stream", { signal: leaving.signal })
  const response = eventStream(
    request,
    async () => {
      leaving.abort()
      return unsubscribe
    },
    fails,
  )
  await response.text()
  await vi.waitFor(() => expect(unsubscribe).toHaveBeenCalledOnce())
})

test("the last id heard is a number or nothing", () => {
  expect(
    ["12", "0", "", "-1", "1e3", "9".repeat(40), "x"].map((id) => heardUpTo(asked({ "last-event-id": id }))),
  ).toEqual([12, 0, null, null, null, null, null])
  expect(heardUpTo(asked())).toBeNull()
})
