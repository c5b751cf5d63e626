import "server-only"
import type { ConnectionId, Provider } from "../domain/event"
import type { CalendarChoices } from "../ports/calendar-choices"
import type { CalendarProvider } from "../ports/calendar-provider"
import type { CalendarSync } from "../ports/calendar-sync"
import type { CalendarSyncs, Calendars } from "../ports/calendars"
import type { Clock } from "../ports/clock"
import type { ConnectionStore } from "../ports/connection-store"
import type { ConnectionOwner } from "./access-token"

export type OpenProvider = (account: {
  readonly connectionId: ConnectionId
  readonly accountEmail: string
  readonly timeZone: string
  /** What was granted; of a CalDAV account its calendar home. */
  readonly scopes: string
  readonly accessToken: () => Promise<string>
}) => CalendarProvider

/** How long an adapter is kept: it remembers which calendars may be written to, and that may change. */
const KEPT_MS = 60_000

export interface CalendarNeeds {
  readonly clock: Clock
  readonly connections: ConnectionStore
  readonly choices: Pick<CalendarChoices, "list">
  readonly accessToken: (owner: ConnectionOwner) => Promise<string>
  /** How to speak to each provider of this installation. */
  readonly providers: Readonly<Partial<Record<Provider, OpenProvider>>>
}

/** A person's connected accounts, each speaking with its owner's token and no other. */
export function connectedCalendars({ connections, choices, accessToken, providers, clock }: CalendarNeeds): Calendars {
  const kept = new Map<string, { readonly provider: CalendarProvider; readonly until: number }>()

  /** The same adapter for a while, whoever asks for it: it is bound to its owner, and ownership is checked before. */
  function keep(name: string, make: () => CalendarProvider): CalendarProvider {
    const now = clock.monotonic()
    const known = kept.get(name)
    if (known && known.until > now) return known.provider
    for (const [other, { until }] of kept) if (until <= now) kept.delete(other)
    const provider = make()
    kept.set(name, { provider, until: now + KEPT_MS })
    return provider
  }

  return {
    connections: (workspaceId, userId) => connections.list(workspaceId, userId),
    choices: (workspaceId, userId) => choices.list(workspaceId, userId),

    async open(workspaceId, userId, id) {
      const found = await connections.find(workspaceId, userId, id)
      const speak = found && providers[found.provider]
      if (!speak) return null
      const name = [workspaceId, userId, id, found.email, found.timeZone, found.scopes].join(" ")
      return keep(name, () => {
        const accountEmail = found.email
        const account = {
          connectionId: id,
          accountEmail,
          timeZone: found.timeZone,
          scopes: found.scopes,
          accessToken: () => accessToken({ workspaceId, userId, id }),
        }
        return noticing(speak(account), () => connections.expireAccess(workspaceId, id))
      })
    },
  }
}

export type OpenSync = (account: Parameters<OpenProvider>[0]) => CalendarSync

/** The same accounts as seen by sync. A refused token is thrown away, so that the next re-read asks with another. */
export function connectedSyncs({
  connections,
  accessToken,
  syncs,
}: Pick<CalendarNeeds, "connections" | "accessToken"> & {
  readonly syncs: Readonly<Partial<Record<Provider, OpenSync>>>
}): CalendarSyncs {
  return {
    async open(workspaceId, userId, id) {
      const known = await connections.find(workspaceId, userId, id)
      const speak = known && syncs[known.provider]
      if (!speak) return null
      const sync = speak({
        connectionId: id,
        accountEmail: known.email,
        timeZone: known.timeZone,
        scopes: known.scopes,
        accessToken: () => accessToken({ workspaceId, userId, id }),
      })
      return {
        ...sync,
        async changes(...query) {
          const answer = await sync.changes(...query)
          if (answer.kind !== "reconnect") return answer
          await connections.expireAccess(workspaceId, id)
          return sync.changes(...query)
        },
      }
    },
  }
}

/**
 * A provider that refuses a token which ought to be good has ended the session on its side. The token is thrown away, and a read is tried once more
 * with another; if the grant itself is dead, asking for that one finds out. A write is never tried again: the person is told to.
 */
function noticing(provider: CalendarProvider, refused: () => Promise<void>): CalendarProvider {
  async function write<T extends { readonly kind: string }>(answer: Promise<T>): Promise<T> {
    const outcome = await answer
    if (outcome.kind === "reconnect") await refused()
    return outcome
  }
  async function read<T extends { readonly kind: string }>(ask: () => Promise<T>): Promise<T> {
    const outcome = await write(ask())
    return outcome.kind === "reconnect" ? write(ask()) : outcome
  }
  return {
    calendars: () => read(() => provider.calendars()),
    list: (calendarId, window) => read(() => provider.list(calendarId, window)),
    get: (ref) => read(() => provider.get(ref)),
    update: (ref, patch, seen, options) => write(provider.update(ref, patch, seen, options)),
    delete: (ref, seen, options) => write(provider.delete(ref, seen, options)),
    create: (calendarId, draft, options) => write(provider.create(calendarId, draft, options)),
    findCreated: (calendarId, draft, marker) => read(() => provider.findCreated(calendarId, draft, marker)),
    move: (ref, toCalendarId, seen, options) => write(provider.move(ref, toCalendarId, seen, options)),
    respond: (ref, answer, seen, options) => write(provider.respond(ref, answer, seen, options)),
    tail: (ref, from) => read(() => provider.tail(ref, from)),
    split: (ref, from, patch, seen, options) => write(provider.split(ref, from, patch, seen, options)),
    busy: (calendarId, window) => read(() => provider.busy(calendarId, window)),
    busyOf: (people, window) => read(() => provider.busyOf(people, window)),
  }
}
