import { Temporal } from "temporal-polyfill"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { ConnectionId } from "../domain/event"
import type { TurnView } from "../http/schemas/assistant"
import type { ProposalView } from "../http/schemas/proposal"
import { isInstalled } from "../launch/tests/caldav.mjs"
import { type CaldavApp, openCaldavApp } from "../testing/caldav/caldav-app"
import { at, calendarText } from "../testing/caldav/texts"
import { syncCalendar } from "./sync-calendar"

let app: CaldavApp
let connectionId: ConnectionId

const TUESDAY = Temporal.PlainDate.from("2026-11-24")
const [WS, ADA] = ["sandbox", "sandbox-ada"]

if (!isInstalled("radicale"))
  it("a reschedule on CalDAV", ({ skip }) => skip("CALDAV ACCOUNTS NOT TESTED WITHOUT RADICALE: npm run test:caldav"))
else describe("a reschedule on a connected CalDAV account", reschedules)

function reschedules(): void {
  beforeAll(async () => {
    app = await openCaldavApp()
    const answer = await app.connect(app.login("pw"))
    connectionId = ((await answer.json()) as { id: ConnectionId }).id
  })
  afterAll(() => app?.close())

  /** An event on Tuesday at 10, and the proposal that "to Thursday 3pm" leads to. */
  async function proposed(title: string): Promise<{ name: string; proposal: ProposalView }> {
    const name = `${title.toLowerCase().replaceAll(" ", "-")}.ics`
    const lines = [`UID:${name}`, at("DTSTART", TUESDAY, 10), at("DTEND", TUESDAY, 11), `SUMMARY:${title}`]
    await app.hand.write(name, calendarText(lines))
    const said = await app.ada.ask("POST", "/api/assistant", { body: { words: `Move ${title} to Thursday 3pm` } })
    const { answer } = (await said.json()) as TurnView
    return answer.kind === "proposal" ? { name, proposal: answer.proposal } : expect.unreachable(JSON.stringify(answer))
  }

  const apply = async ({ id, planHash }: ProposalView) =>
    (await app.ada.ask("POST", `/api/proposals/${id}/apply`, { body: { planHash } })).json()

  async function standing(id: string): Promise<ProposalView> {
    const answer = await app.ada.ask("GET", "/api/assistant")
    const { turns } = (await answer.json()) as { turns: TurnView[] }
    const proposals = turns.flatMap(({ answer: each }) => (each.kind === "proposal" ? [each.proposal] : []))
    return proposals.find((proposal) => proposal.id === id) ?? expect.unreachable("no such proposal")
  }

  const startIn = async (name: string) => /^DTSTART;.*:(\d{8}T\d{6})/m.exec((await app.hand.read(name)).text)?.[1]

  it("B1 said, applied, and moved at the server", async () => {
    const { name, proposal } = await proposed("Violin lesson")
    expect(proposal.text).toContain("Thursday 26 Nov, 15:00")
    expect(await startIn(name)).toBe("20261124T100000")
    await apply(proposal)
    expect((await standing(proposal.id)).operations).toMatchObject([{ state: "applied", outcome: "applied" }])
    expect(await startIn(name)).toBe("20261126T150000")
    expect((await app.hand.read(name)).text).toMatch(/^X-IFMATCH-INTENT:/m)
  })

  it("T5 T7 T13 another program was there first: a question, and nothing was written", async () => {
    const { name, proposal } = await proposed("Piano tuning")
    const theirs = await app.hand.edit(name, (text) => text.replace(/T100000/, "T120000").replace(/T110000/, "T130000"))
    await apply(proposal)
    const asked = await standing(proposal.id)
    expect(asked).toMatchObject({
      state: "conflict",
      conflict: { relation: "collision", choices: ["keep", "move", "other"] },
    })
    expect(asked.conflict?.title).toBe("This was just changed. Still move it?")
    expect(await app.hand.read(name)).toEqual(theirs)
    const answer = await app.ada.ask("POST", `/api/conflicts/${asked.conflict?.id}`, { body: { choice: "move" } })
    expect(answer.status).toBe(200)
    expect(await startIn(name)).toBe("20261126T150000")
  })

  it("T12 sync sees what another program did: stale before anybody presses Apply", async () => {
    const { wired } = await import("./wiring")
    const calendar = { workspaceId: WS, userId: ADA, connectionId, calendarId: "work" }
    const { name, proposal } = await proposed("Swim class")
    await wired.sync.follow({ workspaceId: WS, userId: ADA, connectionId }, ["work"])
    expect(await syncCalendar(wired, calendar)).toMatchObject({ kind: "synced", stale: [] })
    await app.hand.edit(name, (text) => text.replace(/T100000/, "T120000").replace(/T110000/, "T130000"))
    expect(await syncCalendar(wired, calendar)).toMatchObject({ kind: "synced", changed: 1, stale: [proposal.id] })
    expect(await standing(proposal.id)).toMatchObject({
      state: "stale",
      staleText: "This was changed on the calendar since I proposed it. Apply asks you first; nothing is written over.",
    })
  })

  it("an instance that is taken out of a series is gone from the cache, and the others stay", async () => {
    const { wired } = await import("./wiring")
    const calendar = { workspaceId: WS, userId: ADA, connectionId, calendarId: "work" }
    const lines = [
      "UID:choir",
      at("DTSTART", TUESDAY, 19),
      at("DTEND", TUESDAY, 20),
      "RRULE:FREQ=WEEKLY;COUNT=3",
      "SUMMARY:Choir",
    ]
    await app.hand.write("choir.ics", calendarText(lines))
    const cached = async () =>
      [...(await wired.sync.cached(calendar, null)).keys()].filter((id) => id.startsWith("choir")).sort()
    await syncCalendar(wired, calendar)
    expect(await cached()).toEqual([
      "choir.ics#20261124T180000Z",
      "choir.ics#20261201T180000Z",
      "choir.ics#20261208T180000Z",
    ])
    const without = at("EXDATE", TUESDAY.add({ days: 7 }), 19)
    await app.hand.edit("choir.ics", (text) => text.replace("SUMMARY:Choir", `${without}\r\nSUMMARY:Choir`))
    expect(await syncCalendar(wired, calendar)).toMatchObject({ kind: "synced", removed: 1 })
    expect(await cached()).toEqual(["choir.ics#20261124T180000Z", "choir.ics#20261208T180000Z"])
    await app.hand.remove("choir.ics")
    await syncCalendar(wired, calendar)
    expect(await cached()).toEqual([])
  })
}
