import type { EventRef } from "../domain/event"
import { CAST, type Scene } from "./scene"

/** What a calendar tool usually does: read, let the person think, write what was meant. No version goes out with it. */
export interface NaiveTool {
  /** Reads the event and remembers where it wants to have it, in instants. */
  plan(ref: EventRef, to: { start: string; end: string }): Promise<{ confirm(): Promise<number> }>
  /** Writes times unconditionally. Answers the HTTP status. */
  write(eventId: string, to: { start: string; end: string }): Promise<number>
}

/**
 * The tool that this product exists not to be (T14): last writer wins. Plain HTTP, because every adapter of ours refuses to write without a
 * version.
 */
export async function naiveTool({ sandbox, provider }: Pick<Scene, "sandbox" | "provider">): Promise<NaiveTool> {
  const token = await sandbox.token(provider, CAST[provider].person)
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" }
  const addressOf = (eventId: string) =>
    provider === "google"
      ? `${sandbox.url}/calendar/v3/calendars/primary/events/${encodeURIComponent(eventId)}`
      : `${sandbox.url}/graph/v1.0/me/events/${encodeURIComponent(eventId)}`
  const moment = (at: string) =>
    provider === "google" ? { dateTime: at } : { dateTime: at.replace("Z", ""), timeZone: "UTC" }

  async function write(eventId: string, { start, end }: { start: string; end: string }): Promise<number> {
    const body = JSON.stringify({ start: moment(start), end: moment(end) })
    const response = await fetch(addressOf(eventId), { method: "PATCH", headers, body })
    await response.arrayBuffer()
    return response.status
  }

  return {
    write,
    async plan({ eventId }, to) {
      const read = await fetch(addressOf(eventId), { headers })
      if (!read.ok) throw new Error(`not read: ${read.status}`)
      await read.arrayBuffer()
      return { confirm: () => write(eventId, to) }
    },
  }
}
