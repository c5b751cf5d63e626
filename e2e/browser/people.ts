import { ADA, BEN, GRACE, LEO, MIA } from "../../lib/sandbox/seed/people"

/** The sandbox's people. Everybody is a member; Grace is the admin. */
export const CAST = { ada: ADA, ben: BEN, grace: GRACE, leo: LEO, mia: MIA } as const
export type Who = keyof typeof CAST

/** Whoever has the weekly sync at each provider, a guest of it who has an account there, and what things are called. */
export const SIDES = {
  google: { who: "ada", guest: "ben", calendar: "Google Calendar" },
  microsoft: { who: "mia", guest: "leo", calendar: "Outlook" },
} as const
export type Provider = keyof typeof SIDES
export const PROVIDERS: readonly Provider[] = ["google", "microsoft"]

/** What the sign-in page calls a provider's accounts. */
export const ACCOUNT_NAMES: Readonly<Record<Provider, string>> = { google: "Google", microsoft: "Microsoft" }
