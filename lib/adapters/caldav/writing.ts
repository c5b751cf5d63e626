import "server-only"
import type { CalendarEvent, EventRef } from "../../domain/event"
import type { WriteOptions, WriteOutcome } from "../../ports/calendar-provider"
import type { Failed, Source } from "./account"

/* What every write here has in common. */

export const TOO_LATE = { kind: "notApplied", reason: "too-late-to-send" } as const
export const NOT_SENT = { kind: "notApplied", reason: "given-up" } as const
export const ICS = { "content-type": "text/calendar; charset=utf-8" }

/** What stands after a PUT that was carried out. @param asIntended judges what is read where the marker was stripped */
export type Settled = (
  ref: EventRef,
  put: { readonly text: string; readonly etag: string | null; readonly from: Source },
  marker: string,
  asIntended: (event: CalendarEvent) => boolean,
) => Promise<WriteOutcome>

export const waiting = ({ timeoutMs, signal }: WriteOptions) => ({ timeoutMs, ...(signal && { signal }) })

export const strongOf = (etag: string | null) => (etag === null || etag === "" || etag.startsWith("W/") ? null : etag)

/** What a read that came before a write means for the write: nothing was sent. */
export const unsent = (read: Failed): WriteOutcome =>
  read.kind === "unreachable" ? { kind: "notApplied", reason: "provider-unreachable" } : read
