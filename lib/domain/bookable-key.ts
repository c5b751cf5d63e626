import type { Brand } from "./brand"
import type { ConnectionId } from "./event"

/** What a connected calendar is called where agents book on it. Reversible with `parseBookableId`. @example "c1/ada%40google.sandbox" */
export type BookableId = Brand<string, "BookableId">

export interface BookablePlace {
  readonly connectionId: ConnectionId
  readonly calendarId: string
}

export const bookableId = ({ connectionId, calendarId }: BookablePlace): BookableId =>
  [connectionId, calendarId].map(encodeURIComponent).join("/") as BookableId

/** Null: it is no connected calendar's. */
export function parseBookableId(id: string): BookablePlace | null {
  const [connectionId = "", calendarId = "", ...rest] = id.split("/").map(unescaped)
  const place = { connectionId: connectionId as ConnectionId, calendarId }
  return connectionId && calendarId && rest.length === 0 && bookableId(place) === id ? place : null
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return ""
  }
}
