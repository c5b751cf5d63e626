export type CaldavPresetId = "icloud" | "fastmail" | "nextcloud" | "other"

/** What a person has to know to connect an account of a kind. */
export interface CaldavPreset {
  readonly id: CaldavPresetId
  readonly label: string
  /** Where its server is; null: the person has to say. */
  readonly server: string | null
  /** What an address looks like, where the person has to say it. */
  readonly example: string
  readonly userLabel: string
  readonly passwordLabel: string
  readonly help: string
}

export const CALDAV_PRESETS: readonly CaldavPreset[] = [
  {
    id: "icloud",
    label: "iCloud",
    server: "https://caldav.icloud.com/",
    example: "",
    userLabel: "Apple Account (email address)",
    passwordLabel: "App-specific password",
    help: "Make one at account.apple.com under Sign-In and Security, App-Specific Passwords. Your usual password is refused.",
  },
  {
    id: "fastmail",
    label: "Fastmail",
    server: "https://caldav.fastmail.com/",
    example: "",
    userLabel: "Fastmail address",
    passwordLabel: "App password",
    help: "Make one in Fastmail under Settings, Privacy & Security, App passwords, with access to calendars.",
  },
  {
    id: "nextcloud",
    label: "Nextcloud",
    server: null,
    example: "https://cloud.example.com/remote.php/dav",
    userLabel: "User name",
    passwordLabel: "App password",
    help: "Make one in Nextcloud under Settings, Security, Devices & sessions. The address of your Nextcloud is enough.",
  },
  {
    id: "other",
    label: "Another CalDAV server",
    server: null,
    example: "https://calendar.example.com",
    userLabel: "User name",
    passwordLabel: "Password",
    help: "Use an app password if your server has such a thing.",
  },
]

/** The preset that a server belongs to, so that connecting again begins where it ended. */
export function presetOf(server: string): CaldavPresetId {
  if (!URL.canParse(server)) return "other"
  const { hostname, pathname } = new URL(server)
  if (hostname === "icloud.com" || hostname.endsWith(".icloud.com")) return "icloud"
  if (hostname === "caldav.fastmail.com") return "fastmail"
  return pathname.includes("/remote.php/") ? "nextcloud" : "other"
}

/** An address as a person types it: without a scheme it is https. Null for what is no web address. */
export function serverAddress(typed: string): string | null {
  const text = typed.trim()
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  if (text === "" || /\s/.test(text) || !URL.canParse(whole)) return null
  const { protocol, username, password, href } = new URL(whole)
  return /^https?:$/.test(protocol) && username + password === "" ? href : null
}

/** What an account is, to tell whether it is connected already: where and who. */
export interface CaldavLogin {
  /** The calendar home. */
  readonly server: string
  readonly username: string
}

/** An address holds no space, so that the first one parts the two. */
export const accountIdOf = ({ server, username }: CaldavLogin): string => `${server} ${username}`

export function loginOf(accountId: string): CaldavLogin {
  const at = accountId.indexOf(" ")
  return { server: accountId.slice(0, Math.max(0, at)), username: accountId.slice(at + 1) }
}
