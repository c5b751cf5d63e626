import type { IncomingMessage, ServerResponse } from "node:http"
import { Temporal } from "temporal-polyfill"
import { afterEach, describe, expect, test } from "vitest"
import type { ConnectionId } from "../../domain/event"
import { type Hostile, openHostile } from "../../testing/caldav/hostile"
import { at, calendarText } from "../../testing/caldav/texts"
import { accountOf } from "../../testing/caldav/world"
import { hours, window } from "../../testing/contracts/calendar-world"
import { caldavCalendars } from "./adapter"

/* Series that a server's answer about a window passes over, at a server that does as it is told. */

const day = Temporal.PlainDate.from("2026-11-24")
const long = day.subtract({ weeks: 5 })

interface Held {
  /** Empty: deleted after the list of all series was told. */
  readonly text: string
  etag: string
  /** Does the answer about a window name it? */
  readonly named: boolean
}

type Question = "window" | "every-series" | "multiget"

const weekly = (rule = "COUNT=20", first = long, more: readonly string[] = []) =>
  calendarText([
    ...["UID:u", at("DTSTART", first, 9), at("DTEND", first, 10), `RRULE:FREQ=WEEKLY;${rule}`],
    ...["SUMMARY:Weekly", ...more],
  ])
const UNREADABLE = weekly().replaceAll("TZID=Europe/Berlin", "TZID=Nowhere")

const opened: Hostile[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()))
})

async function serverWith(held: Record<string, Held>, instead: Partial<Record<Question, number | "reset">> = {}) {
  const asked: Question[] = []
  const server = await openHostile(async (incoming, outgoing) => {
    const body = await bodyOf(incoming)
    if (incoming.method !== "REPORT") return rows(outgoing, [row(incoming.url ?? "", "")])
    const question = questionIn(body)
    asked.push(question)
    const other = instead[question]
    if (other === "reset") return void incoming.socket.destroy()
    if (other) return void outgoing.writeHead(other, other === 429 ? { "retry-after": "7" } : {}).end()
    const told = Object.entries(held).filter(([name, { text, named }]) =>
      question === "window"
        ? named
        : question === "multiget"
          ? body.includes(name)
          : !text || text.includes("RRULE:FREQ=W"),
    )
    rows(
      outgoing,
      told.map(([name, { text, etag }]) => {
        if (question === "multiget" && !text) return row(`/home/work/${name}`, null)
        const data = question === "every-series" ? "" : `<c:calendar-data>${text}</c:calendar-data>`
        return row(`/home/work/${name}`, `<d:getetag>${etag}</d:getetag>${data}`)
      }),
    )
  })
  opened.push(server)
  const open = (over: Parameters<typeof accountOf>[2] = {}) =>
    caldavCalendars(accountOf(`${server.url}/home/`, "alice", over))
  const account = open()
  /** What is listed, and what was asked for it. */
  async function list(on = day, from = account) {
    asked.length = 0
    const answer = await from.list("work", window(on))
    const events =
      answer.kind === "events" ? answer.events.map(({ value, version }) => [value.start, version, value.summary]) : null
    return { answer, events, asked: [...asked].sort() }
  }
  return { list, account, open, instead }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const questionIn = (body: string): Question =>
  body.includes("calendar-multiget") ? "multiget" : body.includes("prop-filter") ? "every-series" : "window"

/** @param props null: it is not there */
const row = (href: string, props: string | null) =>
  props === null
    ? `<d:response><d:href>${href}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>`
    : `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${props}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`

function rows(outgoing: ServerResponse, all: readonly string[]): void {
  const text = `<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">${all.join("")}</d:multistatus>`
  outgoing.writeHead(207, { "content-type": "application/xml" }).end(text)
}

const nine = (on = day) => hours(on, 9, 10).start
const passed = (text = weekly()): Held => ({ text, etag: '"1"', named: false })

describe("a series that the answer passes over", () => {
  test("is read and told under its own etag, once; then it costs its row", async () => {
    const { list } = await serverWith({ "a.ics": passed() })
    const told = [[nine(), '"1"', "Weekly"]]
    expect(await list()).toMatchObject({ events: told, asked: ["every-series", "multiget", "window"] })
    expect(await list()).toMatchObject({ events: told, asked: ["every-series", "window"] })
  })

  test("T1 under another etag it is read again", async () => {
    const held = { "a.ics": passed() }
    const { list } = await serverWith(held)
    await list()
    held["a.ics"] = { ...passed(weekly("COUNT=20", long, ["LOCATION:x"]).replace("Weekly", "Renamed")), etag: '"2"' }
    expect(await list()).toMatchObject({
      events: [[nine(), '"2"', "Renamed"]],
      asked: ["every-series", "multiget", "window"],
    })
  })

  test("one that has ended, or has not begun, is read once and never again while it stands", async () => {
    const ended = weekly("COUNT=3", day.subtract({ weeks: 50 }))
    const later = weekly("COUNT=3", day.add({ weeks: 20 }))
    const until = weekly("UNTIL=20251201T000000Z", day.subtract({ years: 2 }))
    const { list } = await serverWith({ "a.ics": passed(ended), "b.ics": passed(later), "c.ics": passed(until) })
    expect(await list()).toMatchObject({ events: [], asked: ["every-series", "multiget", "window"] })
    expect(await list(day.add({ days: 7 }))).toMatchObject({ events: [], asked: ["every-series", "window"] })
    expect((await list(day.add({ weeks: 20 }))).events).toEqual([[nine(day.add({ weeks: 20 })), '"1"', "Weekly"]])
  })

  test("one that was deleted in that moment is not there", async () => {
    const { list, account } = await serverWith({ "a.ics": passed(), "b.ics": passed("") })
    expect((await list()).events).toHaveLength(1)
    // known to pass series over from here on
    expect((await list()).events).toHaveLength(1)
    expect(await account.busy("work", window(day))).toMatchObject({ busy: [{ start: "2026-11-24T08:00:00Z" }] })
  })
})

describe("a server that names a series for a later instance", () => {
  test("is not asked for all series again, and what it leaves out is not read", async () => {
    const held = { "a.ics": { ...passed(), named: true }, "b.ics": passed() }
    const { list } = await serverWith(held)
    expect(await list()).toMatchObject({ events: [[nine(), '"1"', "Weekly"]], asked: ["every-series", "window"] })
    expect(await list(day.add({ days: 1 }))).toMatchObject({ asked: ["window"] })
  })

  test("is known for an hour to every adapter of that connection, and to no other connection's", async () => {
    const { list, open } = await serverWith({ "a.ics": { ...passed(), named: true } })
    let nowMs = 0
    const now = () => nowMs
    const first = { connectionId: "memory-1" as ConnectionId, now }
    const asked = async (over: Parameters<typeof open>[0]) => (await list(day, open(over))).asked
    expect(await asked(first)).toEqual(["every-series", "window"])
    expect(await asked(first)).toEqual(["window"])
    expect(await asked({ ...first, connectionId: "memory-2" as ConnectionId })).toEqual(["every-series", "window"])
    nowMs = 3_600_000
    expect(await asked(first)).toEqual(["every-series", "window"])
  })

  test("may have named it for an exception: that proves nothing", async () => {
    const exception = ["UID:u", at("RECURRENCE-ID", day, 9), at("DTSTART", day, 14), at("DTEND", day, 15)]
    const text = weekly().replace(
      "END:VCALENDAR",
      ["BEGIN:VEVENT", ...exception, "END:VEVENT", "END:VCALENDAR"].join("\r\n"),
    )
    const { list } = await serverWith({ "a.ics": { ...passed(text), named: true }, "b.ics": passed() })
    expect((await list()).events).toHaveLength(2)
  })

  test("may have named it for its first instance: that proves nothing", async () => {
    const { list } = await serverWith({
      "a.ics": { ...passed(weekly("COUNT=2", day)), named: true },
      "b.ics": passed(),
    })
    expect((await list()).events).toHaveLength(2)
  })
})

describe("what cannot be told or read", () => {
  test.each([400, 403, 500, 501])("%i to the question for all series: gone on without", async (status) => {
    const single = calendarText(["UID:s", at("DTSTART", day, 12), at("DTEND", day, 13), "SUMMARY:Lunch"])
    const held = { "s.ics": { text: single, etag: '"1"', named: true } }
    const { list } = await serverWith(held, { "every-series": status })
    expect((await list()).events).toEqual([[hours(day, 12, 13).start, '"1"', "Lunch"]])
  })

  test.each([
    ["reset", "unreachable"],
    [429, "throttled"],
    [401, "reconnect"],
    [503, "unreachable"],
  ] as const)("%s: the list is not told without it", async (instead, kind) => {
    const { list } = await serverWith({ "a.ics": passed() }, { "every-series": instead })
    expect((await list()).answer.kind).toBe(kind)
  })

  test.each(["every-series", "multiget"] as const)(
    "a server known to pass series over refuses: %s",
    async (question) => {
      const held = { "a.ics": passed() }
      const { list, instead } = await serverWith(held)
      await list()
      held["a.ics"] = { ...passed(), etag: '"2"' }
      instead[question] = 403
      expect((await list()).answer.kind).toBe("forbidden")
    },
  )

  test("a text that cannot be read takes the window where series are known to be passed over, and only there", async () => {
    const alone = await serverWith({ "a.ics": passed(UNREADABLE) })
    expect((await alone.list()).events).toEqual([])
    const beside = await serverWith({ "a.ics": passed(UNREADABLE), "b.ics": passed() })
    expect((await beside.list()).events).toHaveLength(2)
    expect((await beside.list(day.add({ days: 1 }))).events).toHaveLength(1)
  })
})
