import { describe, expect, test } from "vitest"
import { processorTime } from "../../testing/processor-time"
import { freeBusyRequest, personsBusy } from "./free-busy"

const WINDOW = { from: "2026-11-24T08:00:00Z", to: "2026-11-24T18:00:00Z" }

const answer = (recipient: string, status: string, ...lines: readonly string[]) =>
  `<C:response><C:recipient><D:href>mailto:${recipient}</D:href></C:recipient><C:request-status>${status}</C:request-status>` +
  `<C:calendar-data>${["BEGIN:VCALENDAR", "BEGIN:VFREEBUSY", ...lines, "END:VFREEBUSY", "END:VCALENDAR"].join("&#13;\n")}</C:calendar-data></C:response>`
const told = (...answers: readonly string[]) =>
  `<?xml version="1.0"?><C:schedule-response xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">${answers.join("")}</C:schedule-response>`
const busyOf = (xml: string, email = "bob@example.com") => personsBusy(xml, [email], WINDOW)[0]

describe("other people's time", () => {
  test("periods with ends and with lengths, cut to the window and merged; free ones take none", () => {
    const xml = told(
      answer(
        "Bob@example.com",
        "2.0;Success",
        "FREEBUSY;FBTYPE=BUSY:20261124T070000Z/20261124T083000Z,20261124T100000Z/PT1H",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261124T110000Z/20261124T113000Z",
        "FREEBUSY;FBTYPE=FREE:20261124T120000Z/20261124T130000Z",
      ),
    )
    expect(busyOf(xml)).toEqual({
      email: "bob@example.com",
      kind: "busy",
      busy: [
        { start: "2026-11-24T08:00:00Z", end: "2026-11-24T08:30:00Z" },
        { start: "2026-11-24T10:00:00Z", end: "2026-11-24T11:30:00Z" },
      ],
    })
  })

  test.each([
    ["a refusal", told(answer("bob@example.com", "3.7;Invalid Calendar User"))],
    ["an answer for somebody else", told(answer("kim@example.com", "2.0;Success"))],
    ["a period that is none", told(answer("bob@example.com", "2.0;Success", "FREEBUSY:tomorrow/P1D"))],
    [
      "no calendar",
      told(
        "<C:response><C:recipient><D:href>mailto:bob@example.com</D:href></C:recipient><C:request-status>2.0</C:request-status></C:response>",
      ),
    ],
    [
      "a calendar that says nothing of it",
      told(answer("bob@example.com", "2.0;Success").replaceAll("VFREEBUSY", "VEVENT")),
    ],
    ["nothing", ""],
  ])("%s is not known, not free", (_, xml) => {
    expect(busyOf(xml)).toEqual({ email: "bob@example.com", kind: "unknown" })
  })

  test("a server that never closes what it opens costs no more than its length", () => {
    const took = processorTime()
    for (const piece of ["<C:response>", "<C:response><D:href", "<C:response><D:href>", "<D:href x"])
      expect(busyOf(told(piece.repeat(40_000)))).toMatchObject({ kind: "unknown" })
    expect(took()).toBeLessThan(2_000)
  })

  test("the question names everybody, but for an address that would be another line", () => {
    const text = freeBusyRequest(["bob@example.com", "kim@example.com"], WINDOW, "alice@example.com", 0)
    expect(text).toContain("ATTENDEE:mailto:kim@example.com\r\n")
    expect(freeBusyRequest(["a@b\r\nX:1"], WINDOW, "alice@example.com", 0)).not.toMatch(/^(X:|ATTENDEE)/m)
  })
})
