import dns from "node:dns"
import type { IncomingMessage, ServerResponse } from "node:http"
import { syncBuiltinESMExports } from "node:module"
import { Temporal } from "temporal-polyfill"
import { afterEach, describe, expect, test } from "vitest"
import type { EventRef } from "../../domain/event"
import { version } from "../../domain/version"
import { drip, type Hostile, openHostile, pour } from "../../testing/caldav/hostile"
import { accountOf } from "../../testing/caldav/world"
import { CONNECTION, hours, window, writing } from "../../testing/contracts/calendar-world"
import { processorTime } from "../../testing/processor-time"
import { sendOnce } from "../outside-request"
import { caldavCalendars } from "./adapter"
import { caldavDiscovery } from "./discover"

/* A person names the host of their calendar, and it may be anybody's. Whatever it does: bounded, and an outcome that says so. */

const day = Temporal.PlainDate.from("2026-11-24")
const ref: EventRef = { connectionId: CONNECTION, calendarId: "work", eventId: "a.ics" }
const draft = { summary: "Planning", ...hours(day, 9, 10) }

const opened: Hostile[] = []
async function hostile(answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void): Promise<Hostile> {
  const server = await openHostile(answer)
  opened.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()))
})

const accountAt = ({ url }: Hostile) => caldavCalendars(accountOf(`${url}/home/`, "alice"))
const guardedAt = (url: string) => caldavCalendars({ ...accountOf(url, "alice"), allowPrivateHosts: false })
const redirecting = (to: (path: string) => string) => (incoming: IncomingMessage, outgoing: ServerResponse) => {
  outgoing.writeHead(302, { location: to(incoming.url ?? "") }).end()
}

describe("redirects", () => {
  test("to another host, a private one: not followed, and no password goes there", async () => {
    const inside = await hostile((_, outgoing) => outgoing.end("secret"))
    const outside = await hostile(redirecting((path) => `${inside.url}${path}`))
    const read = await accountAt(outside).calendars()
    expect(read).toMatchObject({ kind: "unreachable" })
    expect(outside.requests).toEqual(["PROPFIND /home/"])
    expect(inside.connections()).toBe(0)
  })

  test("to another scheme: not followed", async () => {
    const server = await hostile(redirecting((path) => `https://127.0.0.1${path}`))
    expect(await accountAt(server).calendars()).toMatchObject({ kind: "unreachable" })
    expect(server.requests).toHaveLength(1)
  })

  test("without end: followed four times and no further", async () => {
    const server = await hostile(redirecting((path) => `${path}x`))
    expect(await accountAt(server).calendars()).toMatchObject({ kind: "unreachable" })
    expect(server.requests).toHaveLength(5)
  })

  test("of a write: not followed, not even within the host; it was not applied", async () => {
    const server = await hostile(redirecting((path) => `${path}x`))
    const account = accountAt(server)
    expect(await account.create("work", draft, writing())).toMatchObject({ kind: "notApplied" })
    expect(await account.delete(ref, version('"1"'), writing())).toMatchObject({ kind: "notApplied" })
    expect(server.requests.map((request) => request.split(" ")[0])).toEqual(["PUT", "DELETE"])
  })
})

describe("answers that point elsewhere: the password goes to the host that was named", () => {
  const row = (properties: string) =>
    `<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:response><d:href>/</d:href><d:propstat><d:prop>${properties}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>`
  const principal = (url: string) => row(`<d:current-user-principal><d:href>${url}</d:href></d:current-user-principal>`)
  const home = (url: string) => row(`<c:calendar-home-set><d:href>${url}</d:href></c:calendar-home-set>`)
  const answering = (text: (path: string) => string) =>
    hostile((incoming, outgoing) => {
      outgoing.writeHead(207, { "content-type": "application/xml" }).end(text(incoming.url ?? ""))
    })
  const discover = caldavDiscovery({ allowPrivateHosts: true, now: Date.now })

  test("the principal at another host: not asked, and no account is found", async () => {
    const inside = await answering(() => home("/calendars/"))
    const outside = await answering(() => principal(`${inside.url}/me/`))
    const access = { server: outside.url, username: "alice", password: "pw" }
    expect(await discover(access)).toEqual({ kind: "not-caldav" })
    expect(inside.connections()).toBe(0)
  })

  test("the calendars at another host: no account is found", async () => {
    const inside = await answering(() => "")
    const outside = await answering((path) => (path === "/me/" ? home(`${inside.url}/calendars/`) : principal("/me/")))
    const access = { server: outside.url, username: "alice", password: "pw" }
    expect(await discover(access)).toEqual({ kind: "not-caldav" })
    expect(outside.requests).toContain("PROPFIND /me/")
    expect(inside.connections()).toBe(0)
  })

  test("who the account is, or its outbox, at another host: not asked", async () => {
    const inside = await answering(() => "")
    const outbox = `<c:schedule-outbox-URL><d:href>${inside.url}/out/</d:href></c:schedule-outbox-URL>`
    const elsewhere = await answering(() => principal(`${inside.url}/me/`))
    const here = await answering((path) => (path === "/me/" ? row(outbox) : principal("/me/")))
    for (const server of [elsewhere, here])
      expect(await accountAt(server).busyOf(["bob@example.com"], window(day))).toEqual({
        kind: "forbidden",
        reason: "not-supported",
      })
    expect(inside.connections()).toBe(0)
  })
})

describe("answers without measure", () => {
  const multistatus = (_: IncomingMessage, outgoing: ServerResponse) => {
    outgoing.writeHead(207, { "content-type": "application/xml", etag: '"1"' })
  }

  test("one that never ends, to a write: cut off, and unknown after one request", async () => {
    const server = await hostile((_, outgoing) => pour(outgoing, Number.POSITIVE_INFINITY))
    expect(await accountAt(server).create("work", draft, writing())).toMatchObject({ kind: "unknown" })
    expect(server.requests).toHaveLength(1)
  })

  test("one that never ends, to a read: cut off", async () => {
    const server = await hostile((incoming, outgoing) => {
      multistatus(incoming, outgoing)
      pour(outgoing, Number.POSITIVE_INFINITY)
    })
    const before = performance.now()
    expect(await accountAt(server).get(ref)).toMatchObject({ kind: "unreachable" })
    expect(performance.now() - before).toBeLessThan(10_000)
    expect(
      server.requests.filter((request) => request.startsWith("GET")),
      "not asked for again",
    ).toHaveLength(1)
  })

  test("one that drips: given up when its time is over, whatever still comes", async () => {
    const server = await hostile((_, outgoing) => drip(outgoing))
    const before = performance.now()
    const sending = { method: "GET", headers: {}, timeoutMs: 200, maxBytes: 1_000_000 }
    await expect(sendOnce(server.url, sending, "private")).rejects.toThrow(/time/i)
    const write = await accountAt(server).create("work", draft, writing({ timeoutMs: 200 }))
    expect(write).toMatchObject({ kind: "unknown" })
    expect(performance.now() - before).toBeLessThan(3_000)
  })

  test("25 MB for one event: unreachable", async () => {
    const server = await hostile((_, outgoing) => {
      outgoing.writeHead(200, { etag: '"1"' })
      pour(outgoing, 25 * 1_048_576)
    })
    expect(await accountAt(server).get(ref)).toMatchObject({ kind: "unreachable" })
  })

  test.each([
    ["", "<d:multistatus/>"],
    ["<d:multistatus/>", "</d:multistatus>"],
    ["<d:multistatus></d:multistatus>", "</d:multistatus>"],
  ])("text outside of the answer's one element (%s...%s) is not parsed", async (before, after) => {
    const server = await hostile((incoming, outgoing) => {
      multistatus(incoming, outgoing)
      outgoing.end(`${before}${"x".repeat(4 * 1_048_576)}${after}`)
    })
    const took = processorTime()
    expect(await accountAt(server).calendars()).toMatchObject({ kind: "unreachable" })
    expect(took()).toBeLessThan(3_000)
  })

  test("25 MB for a list: unreachable, and soon", async () => {
    const server = await hostile((incoming, outgoing) => {
      multistatus(incoming, outgoing)
      pour(outgoing, 25 * 1_048_576)
    })
    const before = performance.now()
    expect(await accountAt(server).list("work", window(day))).toMatchObject({ kind: "unreachable" })
    expect(performance.now() - before).toBeLessThan(10_000)
  })
})

describe("hosts that are not public, where none are allowed: no connection comes about", () => {
  test.each([
    (port: number) => `http://127.0.0.1:${port}/`,
    (port: number) => `https://127.0.0.1:${port}/`,
    (port: number) => `https://[::ffff:127.0.0.1]:${port}/`,
    (port: number) => `https://2130706433:${port}/`,
    (port: number) => `https://localhost:${port}/`,
  ])("%s", async (urlOf) => {
    const server = await hostile((_, outgoing) => outgoing.end())
    const account = guardedAt(urlOf(server.port))
    expect(await account.calendars()).toMatchObject({ kind: "unreachable" })
    expect(await account.create("work", draft, writing())).toMatchObject({ kind: "notApplied" })
    expect(server.connections()).toBe(0)
  })
})

describe("names whose address changes", () => {
  const { lookup } = dns
  afterEach(() => {
    dns.lookup = lookup
    syncBuiltinESMExports()
  })

  /** The system's look-up answers with these, one set a time, and with the last ever after. */
  function resolving(...sets: readonly (readonly { address: string; family: number }[])[]): () => number {
    let asked = 0
    const fake = (_: string, __: unknown, found: (error: null, addresses: unknown) => void) => {
      found(null, sets[Math.min(asked++, sets.length - 1)])
    }
    dns.lookup = fake as unknown as typeof lookup
    syncBuiltinESMExports()
    return () => asked
  }

  const LOOPBACK = { address: "127.0.0.1", family: 4 }
  /** Public by form, and nobody's. */
  const NOBODYS = { address: "2a0f:ffff:ffff::1", family: 6 }

  test("a public address and a private one: refused whole", async () => {
    const server = await hostile((_, outgoing) => outgoing.end())
    const asked = resolving([NOBODYS, LOOPBACK])
    const account = guardedAt(`https://calendar.example:${server.port}/`)
    expect(await account.create("work", draft, writing())).toMatchObject({ kind: "notApplied" })
    expect(asked()).toBe(1)
    expect(server.connections()).toBe(0)
  })

  test("public when it is judged, private when it is asked again: it is not asked again", async () => {
    const server = await hostile((_, outgoing) => outgoing.end())
    const asked = resolving([NOBODYS], [LOOPBACK])
    const account = guardedAt(`https://rebound.example:${server.port}/`)
    const outcome = await account.create("work", draft, writing({ timeoutMs: 500 }))
    expect(["notApplied", "unknown"]).toContain(outcome.kind)
    expect(asked()).toBe(1)
    expect(server.connections()).toBe(0)
  })
})
