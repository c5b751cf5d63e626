import type { AccessRole, Person } from "../store/people"

/** Everybody lives here unless the seed says otherwise. */
export const HOME_ZONE = "Europe/Berlin"

const person = (
  provider: Person["provider"],
  subject: string,
  email: string,
  name: string,
  isAdmin = false,
): Person => ({
  provider,
  subject,
  email,
  name,
  isAdmin,
  timeZone: HOME_ZONE,
})

export const ADA = person("google", "104219283746500000001", "ada@google.sandbox", "Ada Park")
export const BEN = person("google", "104219283746500000002", "ben@google.sandbox", "Ben Osei")
export const GRACE = person("google", "104219283746500000003", "grace@google.sandbox", "Grace Lund", true)
export const MIA = person("microsoft", "00000000-0000-0000-6d69-610000000001", "mia@outlook.sandbox", "Mia Torres")
export const LEO = person("microsoft", "00000000-0000-0000-6c65-6f0000000002", "leo@outlook.sandbox", "Leo Brandt")

export const PEOPLE: readonly Person[] = [ADA, BEN, GRACE, MIA, LEO]

export interface SeedCalendar {
  readonly id: string
  readonly owner: Person
  readonly name: string
  readonly isPrimary: boolean
  readonly sharedWith: readonly { readonly person: Person; readonly role: AccessRole }[]
}

const primary = (owner: Person): SeedCalendar => ({
  id: owner.provider === "google" ? owner.email : `AQMkADAwCalendar${Buffer.from(owner.email).toString("base64url")}==`,
  owner,
  name: owner.provider === "google" ? owner.name : "Calendar",
  isPrimary: true,
  sharedWith: [],
})

export const SIDE_PROJECT: SeedCalendar = {
  id: "c_5d1b7e90c2a34f68@group.calendar.google.com",
  owner: ADA,
  name: "Side project",
  isPrimary: false,
  sharedWith: [],
}

export const TEAM_HOLIDAYS: SeedCalendar = {
  id: "c_9a7f20e4b8d14c53@group.calendar.google.com",
  owner: GRACE,
  name: "Team holidays",
  isPrimary: false,
  sharedWith: [
    { person: ADA, role: "reader" },
    { person: BEN, role: "reader" },
  ],
}

export const CALENDARS: readonly SeedCalendar[] = [...PEOPLE.map(primary), SIDE_PROJECT, TEAM_HOLIDAYS]
