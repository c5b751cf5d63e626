import { describe, expect, test } from "vitest"
import { groupCommit } from "./group-commit"

interface Sent {
  readonly requests: readonly string[]
  answer(): void
  fail(error: Error): void
}

/** Requests are "key:name"; what was sent waits until it is answered here. */
function open(groups: number, most: number) {
  const sent: Sent[] = []
  const group = groupCommit<string, string>(
    { groups, most },
    (request) => request.split(":")[0] ?? "",
    (requests) =>
      new Promise((resolve, reject) => {
        sent.push({ requests, answer: () => resolve(requests.map((one) => `${one}!`)), fail: reject })
      }),
  )
  return { group, sent, names: () => sent.map(({ requests }) => requests.join(" ")) }
}
/** What was answered has been told, and what that led to has gone. */
const settled = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

describe("group commit", () => {
  test("what comes in one turn is shared out over the room there is, in the order it came; what comes later goes together as soon as there is room", async () => {
    const { group, sent, names } = open(2, 10)
    const asked = ["a:1", "b:2", "c:3", "d:4"].map(group.ask)
    expect(names()).toEqual([])
    await settled()
    expect(names()).toEqual(["a:1 b:2", "c:3 d:4"])
    asked.push(...["e:5", "f:6"].map(group.ask))
    await settled()
    expect(names().length).toBe(2)
    asked.push(group.ask("g:7"))
    sent[1]?.answer()
    await settled()
    expect(names()).toEqual(["a:1 b:2", "c:3 d:4", "e:5 f:6 g:7"])
    for (const each of sent) each.answer()
    expect(await Promise.all(asked)).toEqual(["a:1!", "b:2!", "c:3!", "d:4!", "e:5!", "f:6!", "g:7!"])
    expect(group.isIdle()).toBe(true)
  })

  test("who is alone goes at the end of the same turn", async () => {
    const { group, sent, names } = open(2, 10)
    const asked = group.ask("a:1")
    await settled()
    expect(names()).toEqual(["a:1"])
    sent[0]?.answer()
    expect(await asked).toBe("a:1!")
  })

  test("those of one key go together, are never under way twice, and keep nobody else waiting", async () => {
    const { group, sent, names } = open(3, 10)
    const asked = ["a:1", "a:2", "b:3", "a:4"].map(group.ask)
    await settled()
    expect(names()).toEqual(["a:1 a:2 a:4", "b:3"])
    asked.push(...["a:5", "c:6"].map(group.ask))
    await settled()
    expect(names()).toEqual(["a:1 a:2 a:4", "b:3", "c:6"])
    sent[0]?.answer()
    await settled()
    expect(names()).toEqual(["a:1 a:2 a:4", "b:3", "c:6", "a:5"])
    for (const each of sent) each.answer()
    await Promise.all(asked)
  })

  test("no group is larger than allowed", async () => {
    const { group, sent, names } = open(1, 2)
    const asked = ["a:1", "b:2", "c:3", "a:4", "a:5"].map(group.ask)
    for (let n = 0; n < 3; n++) {
      await settled()
      sent[n]?.answer()
    }
    expect(names()).toEqual(["a:1 b:2", "c:3 a:4", "a:5"])
    await Promise.all(asked)
  })

  test("what one group throws is its own, and the next goes on", async () => {
    const { group, sent } = open(1, 2)
    const asked = ["a:1", "b:2", "c:3", "d:4"].map((request) => group.ask(request).catch(({ message }) => message))
    await settled()
    sent[0]?.fail(new Error("gone"))
    await settled()
    sent[1]?.answer()
    expect(await Promise.all(asked)).toEqual(["gone", "gone", "c:3!", "d:4!"])
  })
})
