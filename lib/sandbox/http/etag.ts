import type { EventRow } from "../calendar/event"
import { immutableId } from "../calendar/ids"
import { googleEtag } from "../google/etag"
import { graphEtag } from "../graph/etag"

/** The etag under which a row's provider shows it. */
export const etagIn = (row: EventRow): string =>
  immutableId(row.id).startsWith("AAkALg") ? graphEtag(row.calendarId, row.version) : googleEtag(row.version)
