import type { SandboxProvider } from "../sandbox"
import type { Violation } from "./published"

/** Where the providers do what their documents do not say. Each with its source; everything else is a violation. */
interface Deviation {
  readonly provider: SandboxProvider
  readonly operation: RegExp
  readonly where: RegExp
  readonly what: RegExp
  readonly why: string
}

const DEVIATIONS: readonly Deviation[] = [
  {
    provider: "google",
    operation: /^PATCH /,
    where: /^request\/(start|end)\/(date|dateTime|timeZone)$/,
    what: /^must be string$/,
    why: "patch semantics: a null clears a field, and switching between timed and all-day needs it (events.patch)",
  },
  {
    provider: "microsoft",
    operation: /./,
    where: /./,
    what: /^must have required property '@odata\.type'$/,
    why: "the document's generator demands the type annotation of every nested shape; the service neither sends nor asks for it",
  },
  {
    provider: "microsoft",
    operation: /./,
    where: /^error\/error$/,
    what: /: innerError$/,
    why: "the document writes `innererror`; the service answers `innerError` (Graph, error responses)",
  },
  {
    provider: "microsoft",
    operation: /\.(accept|tentativelyAccept|decline|getSchedule)$/,
    where: /^request$/,
    what: /: (comment|sendResponse|proposedNewTime|schedules|startTime|endTime|availabilityViewInterval)$/,
    why: "the document writes the parameters of these actions with a capital; the pages of the actions and the service take them like this (event: accept, calendar: getSchedule)",
  },
  {
    provider: "microsoft",
    operation: /\.getSchedule$/,
    where: /\/workingHours\/(start|end)Time$/,
    what: /^must match format "time"$/,
    why: 'Edm.TimeOfDay has no offset ("08:00:00.0000000" on the page of getSchedule); JSON Schema\'s `time` wants one',
  },
  {
    provider: "microsoft",
    operation: /^GET .*(events|calendarView)/,
    where: /^query$/,
    what: /^\$expand$/,
    why: "singleValueExtendedProperties are read by $expand (Graph, get singleValueLegacyExtendedProperty); the document lists it for few operations",
  },
  {
    provider: "microsoft",
    operation: /^GET .*\/events\/\{event-id\}$/,
    where: /^answer$/,
    what: /: exceptionOccurrences$/,
    why: "the relationship of a series to its changed instances is on the event's page and in the published types of v1.0; this edition of the document does not have it yet",
  },
  {
    provider: "microsoft",
    operation: /^GET .*\/instances$/,
    where: /^query$/,
    what: /^(startDateTime|endDateTime)$/,
    why: "instances are asked for between two times, which the page of the operation requires (event: list instances); the document leaves them out",
  },
]

/** The violation, unless it is a known deviation of the documents. */
export const allowed = (provider: SandboxProvider, violation: Violation): Violation[] =>
  DEVIATIONS.some(
    (known) =>
      known.provider === provider &&
      known.operation.test(violation.operation) &&
      known.where.test(violation.where) &&
      known.what.test(violation.what),
  )
    ? []
    : [violation]
