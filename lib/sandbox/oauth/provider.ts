import type { SandboxProvider } from "../store/database"

/** How one provider's authorization server is shaped: its paths, its one registered client, its words. */
export interface OAuthProvider {
  readonly provider: SandboxProvider
  readonly brand: string
  readonly clientId: string
  readonly paths: {
    readonly authorize: string
    readonly token: string
    readonly userinfo: string
    readonly jwks: string
    readonly logout: string
  }
  /** What the consent screen says of a scope; scopes that are not here are refused. */
  readonly scopes: Readonly<Record<string, string>>
  /** The form in which granted scopes are answered. */
  readonly answeredScope: (scope: string) => string
}

export const CLIENT_SECRET = "sandbox-secret"

const GOOGLE_AUTH = "https://www.googleapis.com/auth"

export const google: OAuthProvider = {
  provider: "google",
  brand: "Google",
  clientId: "ifmatch-sandbox-google",
  paths: {
    authorize: "/google/o/oauth2/v2/auth",
    token: "/google/token",
    userinfo: "/google/userinfo",
    jwks: "/google/jwks",
    logout: "/google/logout",
  },
  scopes: {
    openid: "Know who you are on Google",
    email: "See your primary Google Account email address",
    profile: "See your personal info, including any you have made public",
    [`${GOOGLE_AUTH}/userinfo.email`]: "See your primary Google Account email address",
    [`${GOOGLE_AUTH}/userinfo.profile`]: "See your personal info, including any you have made public",
    [`${GOOGLE_AUTH}/calendar`]: "See, edit, share, and permanently delete all your calendars",
    [`${GOOGLE_AUTH}/calendar.readonly`]: "See and download any calendar you can access",
    [`${GOOGLE_AUTH}/calendar.events`]: "View and edit events on all your calendars",
    [`${GOOGLE_AUTH}/calendar.events.readonly`]: "View events on all your calendars",
    [`${GOOGLE_AUTH}/calendar.calendarlist.readonly`]: "See the list of calendars you are subscribed to",
    [`${GOOGLE_AUTH}/calendar.freebusy`]: "View your availability in your calendars",
    [`${GOOGLE_AUTH}/calendar.settings.readonly`]: "View your calendar settings",
    [`${GOOGLE_AUTH}/calendar.acls.readonly`]: "See who your calendars are shared with",
  },
  answeredScope: (scope) => (scope === "email" || scope === "profile" ? `${GOOGLE_AUTH}/userinfo.${scope}` : scope),
}

export const microsoft: OAuthProvider = {
  provider: "microsoft",
  brand: "Microsoft",
  clientId: "ifmatch-sandbox-microsoft",
  paths: {
    authorize: "/microsoft/oauth2/v2.0/authorize",
    token: "/microsoft/oauth2/v2.0/token",
    userinfo: "/microsoft/oidc/userinfo",
    jwks: "/microsoft/jwks",
    logout: "/microsoft/oauth2/v2.0/logout",
  },
  scopes: {
    openid: "Sign you in",
    email: "View your email address",
    profile: "View your basic profile",
    offline_access: "Maintain access to data you have given it access to",
    "User.Read": "Sign you in and read your profile",
    "Calendars.Read": "Read your calendars",
    "Calendars.Read.Shared": "Read calendars you can access",
    "Calendars.ReadWrite": "Have full access to your calendars",
    "Calendars.ReadWrite.Shared": "Read and write calendars you can access",
    "MailboxSettings.Read": "Read your mailbox settings",
  },
  answeredScope: (scope) => scope.replace("https://graph.microsoft.com/", ""),
}

/** The scopes of a request, known ones only; unknown ones are returned apart. */
export function readScopes(oauth: OAuthProvider, text: string): { known: string[]; unknown: string[] } {
  const asked = [...new Set(text.split(/\s+/).filter((scope) => scope !== ""))]
  const known = (scope: string) => (oauth.provider === "google" ? scope : oauth.answeredScope(scope)) in oauth.scopes
  return { known: asked.filter(known), unknown: asked.filter((scope) => !known(scope)) }
}

/** Loopback addresses alone: the sandbox hands no code to anybody else. */
export function isAllowedRedirect(uri: string): boolean {
  if (!URL.canParse(uri)) return false
  const { protocol, hostname, username, hash } = new URL(uri)
  return (
    protocol === "http:" && (hostname === "localhost" || hostname === "127.0.0.1") && username === "" && hash === ""
  )
}
