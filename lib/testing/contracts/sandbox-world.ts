import type { CalendarProvider } from "../../ports/calendar-provider"
import type { Sandbox, SandboxProvider } from "../sandbox"
import { CAST } from "../scene"
import type { SeriesWish, SplitWorld } from "./calendar-splits"
import type { AccountOptions, Capabilities } from "./calendar-world"

const BOTH = {
  update: "PATCH",
  create: "POST",
  patches: true,
  pages: true,
  schedules: true,
  refusesGuests: "there",
  contentVersions: false,
  tellsEditors: true,
  tellsBusy: true,
  checksLogins: true,
} as const

const CAN: Readonly<Record<SandboxProvider, Capabilities>> = {
  google: { ...BOTH, proposesTimes: false, moves: true },
  microsoft: { ...BOTH, proposesTimes: true, moves: false },
}

/** A provider as the sandbox stands in for it: what it keeps of an event can be looked at. */
export interface SandboxWorld extends SplitWorld {
  readonly sandbox: Sandbox
  readonly provider: SandboxProvider
}

/** @param open the adapter for an account there */
export async function sandboxWorld(
  sandbox: Sandbox,
  provider: SandboxProvider,
  open: (person: string, at: Required<AccountOptions>) => CalendarProvider,
): Promise<SandboxWorld> {
  const { person: organizer, guest } = CAST[provider]
  const tokens = new Map<string, string>()
  for (const each of [organizer, guest]) tokens.set(each, await sandbox.token(provider, each))
  return {
    sandbox,
    provider,
    can: CAN[provider],
    organizer,
    guest,
    // before the first of the seeded series
    firstDay: "2020-02-03",
    account: (person, { url = sandbox.url, accessToken = async () => tokens.get(person) ?? "" } = {}) =>
      open(person, { url, accessToken }),
    passed: () => sandbox.lastExchange(),
    since: async (mark) =>
      (await sandbox.journal(mark)).map(({ method, path, headers, requestBody, status }) => ({
        method,
        path,
        ifMatch: headers["if-match"] ?? null,
        ifNoneMatch: headers["if-none-match"] ?? null,
        body: requestBody,
        status,
      })),
    byHand: (event, change) => sandbox.edit(provider, organizer, event.ref.eventId, change),
    fault: (kind, options = {}) => sandbox.fault({ provider, kind, times: 1, ...options }),
    clearFaults: () => sandbox.clearFaults(),
    ...(provider === "google" && { shortPages: (pageSize) => sandbox.setSwitches({ pageSize }) }),
    splitting: splitting(sandbox, provider, { organizer, guest }),
  }
}

function splitting(
  sandbox: Sandbox,
  provider: SandboxProvider,
  { organizer, guest }: Pick<SandboxWorld, "organizer" | "guest">,
): SplitWorld["splitting"] {
  const isGoogle = provider === "google"
  return {
    keeps: { replies: isGoogle, link: isGoogle, exceptions: false },
    loses: isGoogle ? [] : ["new-meeting-link", "replies-lost"],
    async make({ guest: invited, ...wish }: SeriesWish) {
      const body = { ...wish, provider, person: organizer, attendees: [invited], showAs: "free" }
      const { id } = await sandbox.control<{ id: string }>("POST", "events", body)
      await sandbox.edit(provider, organizer, id, { rsvp: { email: guest, response: "accepted" } })
      return id
    },
    async kept({ eventId }) {
      const at = `events/${provider}/${encodeURIComponent(organizer)}/${encodeURIComponent(eventId)}`
      const { content, own } = await sandbox.control<Row>("GET", at)
      return { ...content, free: own.showAs === "free" }
    },
  }
}

interface Row {
  readonly content: { readonly description: string; readonly conferenceUrl: string | null }
  readonly own: { readonly showAs: string }
}
