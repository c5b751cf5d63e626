import { describe, expect, test } from "vitest"
import { type Carry, inTurn } from "./mailbox"

/** A carrier that answers when it is told to, and keeps what it was given. */
function carrier() {
  const batches: { readonly paths: string[]; answer: (how?: (path: string) => boolean) => void }[] = []
  const carry: Carry = (gets) =>
    new Promise((done) => {
      const paths = gets.map(({ path }) => path)
      const answer = (isThere = (_: string) => true) =>
        done(paths.map((path) => (isThere(path) ? { kind: "answer", data: path } : null)))
      batches.push({ paths, answer })
    })
  return { carry, batches, sizes: () => batches.map(({ paths }) => paths.length) }
}

const turn = () => new Promise((done) => setImmediate(done))
const ask = (mailbox: string, carry: Carry, count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => inTurn(mailbox, { path: `/${from + i}` }, carry))

describe("the turns of a mailbox", () => {
  test.each([
    [1, [1]],
    [3, [1, 1, 1]],
    [8, [3, 3, 2]],
    [60, [20, 20, 20]],
    [61, [20, 20, 20]],
  ])("%i reads at once: three requests, %j", async (count, sizes) => {
    const { carry, batches, sizes: now } = carrier()
    const answers = ask(`m${count}`, carry, count)
    await turn()
    expect(now()).toEqual(sizes)
    for (let at = 0; at < batches.length; at++) {
      batches[at]?.answer()
      await turn()
    }
    expect(await Promise.all(answers)).toEqual(
      Array.from({ length: count }, (_, i) => ({ kind: "answer", data: `/${i}` })),
    )
  })

  test("who comes later waits for a turn", async () => {
    const { carry, batches, sizes } = carrier()
    ask("later", carry, 9)
    await turn()
    const [late] = ask("later", carry, 1, 9)
    await turn()
    expect(sizes()).toEqual([3, 3, 3])
    batches[1]?.answer()
    await turn()
    expect(sizes()).toEqual([3, 3, 3, 1])
    batches[3]?.answer()
    expect(await late).toEqual({ kind: "answer", data: "/9" })
  })

  test("what got no answer of its own is asked again, alone", async () => {
    const { carry, batches } = carrier()
    const answers = ask("again", carry, 6)
    await turn()
    for (const batch of [...batches]) batch.answer((path) => path !== "/1" && path !== "/4")
    await turn()
    expect(batches.slice(3).map(({ paths }) => paths)).toEqual([["/1"], ["/4"]])
    for (const batch of batches.slice(3)) batch.answer()
    expect((await Promise.all(answers)).map((answer) => answer.kind === "answer" && answer.data)).toContain("/4")
  })

  test("reads of two adapters are not mixed in one request", async () => {
    const [a, b] = [carrier(), carrier()]
    const all = [...ask("two", a.carry, 3), ...ask("two", b.carry, 3)]
    await turn()
    for (const each of [a, b]) for (const { paths } of each.batches) expect(paths.length).toBeGreaterThan(0)
    for (let n = 0; n < 6; n++) {
      for (const { answer } of [...a.batches, ...b.batches]) answer()
      await turn()
    }
    expect(await Promise.all(all)).toHaveLength(6)
  })

  test("a fault reaches everybody who waited for it, and the turn is free again", async () => {
    const broken: Carry = async () => {
      throw new Error("broken")
    }
    await expect(Promise.all(ask("fault", broken, 2))).rejects.toThrow("broken")
    const { carry, batches } = carrier()
    const [answer] = ask("fault", carry, 1)
    await turn()
    batches[0]?.answer()
    expect(await answer).toEqual({ kind: "answer", data: "/0" })
  })
})
