import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { postgresBookingSetup } from "../adapters/postgres/booking-setup"
import { BOOKING_DEFAULTS } from "../domain/booking"
import { addDays, HOUR_MS } from "../domain/zoned-time"
import { logBy } from "../testing/booking/desk"
import { CAST, openScene, type Scene } from "../testing/scene"
import { findSlots } from "./find-slots"
import { say } from "./say"

/* D17 for people: when they and others can meet, by what is really known of everybody's time. */

describe.each(["google", "microsoft"] as const)("D17 free times with others, %s", (provider) => {
  const { person: email, guest } = CAST[provider]
  const stranger = "nobody@nowhere.example"
  let scene: Scene
  let date = "2026-11-23" // a Monday
  beforeAll(async () => {
    scene = await openScene(provider)
  })
  afterAll(() => scene.close())
  beforeEach(() => {
    date = addDays(date, 7)
  })

  const given = (who: string, start: string, end: string, attendees: readonly string[] = []) =>
    scene.sandbox.control("POST", "events", {
      provider,
      person: who,
      summary: "Taken",
      attendees,
      start: `${date}T${start}`,
      end: `${date}T${end}`,
    })
  const rules = (over: object) =>
    scene.deps.availability.putRules(
      "w1",
      scene.person.userId,
      { bufferMinutes: 0, focusBlocks: [], ...over },
      logBy(scene.person.userId, "availability-changed"),
    )
  /** From 14:00 to 16:00 in Berlin, when nothing else stands there. */
  const ask = async (people: readonly string[] = [], hours = [13, 15]) => {
    const [from, to] = hours.map((hour) =>
      new Date(Date.parse(`${date}T00:00:00Z`) + (hour ?? 0) * HOUR_MS).toISOString(),
    )
    const wish = { from: from ?? "", to: to ?? "", lengthMs: HOUR_MS, people, most: 10 }
    const found = await findSlots(scene.deps, scene.person, wish)
    if (found.kind !== "slots") return expect.unreachable(found.kind)
    return { ...found, starts: found.slots.map(({ start }) => start.slice(11, 16)).sort() }
  }

  test("another's busy time blocks; who cannot be seen is said, and nobody is then called free", async () => {
    expect((await ask([guest])).starts).toEqual(["13:00", "14:00"])
    await given(guest, "14:00", "15:00")
    const found = await ask([guest])
    expect(found.starts).toEqual(["14:00"])
    expect(found.unknown).toEqual([])
    expect(found.slots[0]?.reasons).toContainEqual({ kind: "everyone-free" })
    expect(found.slots[0]?.reasons).toContainEqual({ kind: "right-after", who: guest })
    const unseen = await ask([guest, stranger])
    expect(unseen.unknown).toEqual([stranger])
    expect(unseen.slots.flatMap(({ reasons }) => reasons)).not.toContainEqual({ kind: "everyone-free" })
  })

  test("the person's focus block and buffer keep time free", async () => {
    await rules({ focusBlocks: [{ days: [1], start: "14:00", end: "15:00" }] })
    expect((await ask()).starts).toEqual(["14:00"])
    await rules({ bufferMinutes: 30 })
    await given(email, "13:00", "14:00")
    expect((await ask()).starts).toEqual(["13:30"])
    await rules({})
  })

  test("what an agent holds is taken", async () => {
    const { userId } = scene.person
    const setup = postgresBookingSetup(scene.db, scene.deps.audit)
    const [agentId, calendarId] = [`agent-${provider}`, "main"]
    await setup.addAgent("w1", { id: agentId, name: "Agent" }, logBy(agentId, "agent-added"))
    await setup.rank("w1", userId, [agentId], logBy(userId, "agents-ranked"))
    const calendar = { workspaceId: "w1", ownerId: userId, calendarId }
    await setup.putCalendar({ ...calendar, name: "Main", times: BOOKING_DEFAULTS }, logBy(userId, "calendar-opened"))
    const slot = { start: `${date}T13:00:00Z`, end: `${date}T14:00:00Z` }
    const held = await scene.deps.bookings.hold({
      ...calendar,
      agentId,
      idempotency: null,
      id: crypto.randomUUID(),
      slot,
    })
    expect(held).toMatchObject({ answer: { kind: "held" } })
    expect((await ask()).starts).toEqual(["14:00"])
  })

  test("a colleague's settings count: their zone, their hours, their focus blocks", async () => {
    const { userId } = await scene.addMember(guest)
    const workingHours = { days: [1, 2, 3, 4, 5], start: "19:30", end: "23:00" }
    await scene.db.member.updateMany({ where: { userId }, data: { timeZone: "Asia/Kolkata", workingHours } })
    const found = await ask([guest])
    expect(found.slots.map(({ start }) => start.slice(11, 16))[0]).toBe("14:00")
    expect(found.slots.find(({ start }) => start.includes("T13:00"))?.reasons).toContainEqual({
      kind: "outside-hours",
      who: guest,
      start: "18:30",
      timeZone: "Asia/Kolkata",
    })
    await scene.deps.availability.putRules(
      "w1",
      userId,
      { bufferMinutes: 0, focusBlocks: [{ days: [1], start: "18:30", end: "19:30" }] },
      logBy(userId, "availability-changed"),
    )
    expect((await ask([guest])).starts).toEqual(["14:00"])
    await scene.db.member.deleteMany({ where: { userId } })
  })

  test("in chat: choices at which the guest is free, each with why; whose calendar cannot be seen is said", async () => {
    await given(email, "09:00", "09:30", [guest, stranger])
    await given(guest, "14:00", "15:00")
    const { answer } = await say(
      scene.deps,
      scene.person,
      `find an hour with ${guest} on ${date} between 14:00 and 17:00`,
    )
    if (answer.kind !== "question") return expect.unreachable(JSON.stringify(answer))
    const labels = answer.choices.map(({ label }) => label)
    expect(labels.join("\n")).not.toMatch(/ 14:[0-5]\d-/)
    expect(answer.choices.map(({ why }) => why ?? "").join("\n")).toContain("Everyone is free.")
    const readings = answer.choices.flatMap(({ plan }) => plan.readings)
    expect(readings).not.toContain("guests-not-asked")
    const both = await say(scene.deps, scene.person, `find 30 minutes with ${stranger} on ${date}`)
    expect(both.answer).toMatchObject({ kind: "question", unseen: [stranger] })
  })

  test("hours are known of whom the provider tells them, and of nobody else", async () => {
    const window = { from: "2026-11-24T00:00:00Z", to: "2026-11-25T00:00:00Z" }
    const answer = await scene.account.busyOf([guest], window)
    const [told] = answer.kind === "people" ? answer.people : []
    const workingHours = { days: [1, 2, 3, 4, 5], start: "08:00", end: "17:00" }
    const hours = provider === "microsoft" ? { timeZone: "Europe/Berlin", workingHours } : undefined
    expect(told?.kind === "busy" && told.hours).toEqual(hours)
  })
})
