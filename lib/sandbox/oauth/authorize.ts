import type { Context } from "hono"
import { getCookie, setCookie } from "hono/cookie"
import { allPeople, findPerson, type Person } from "../store/people"
import type { World } from "../world"
import { hasConsented, issueCode } from "./grants"
import { consentPage, errorPage, pickerPage } from "./pages"
import { isAllowedRedirect, type OAuthProvider, readScopes } from "./provider"

/** An authorization request (RFC 6749 section 4.1.1, OpenID Connect Core 3.1.2.1) that may be answered to its redirect URI. */
export interface AuthorizeRequest {
  readonly params: URLSearchParams
  readonly redirectUri: string
  readonly state: string | null
  readonly scopes: readonly string[]
  readonly prompts: readonly string[]
}

type Parsed =
  | { readonly kind: "ok"; readonly request: AuthorizeRequest }
  /** Nobody to send an answer to: it is shown to the person. */
  | { readonly kind: "page"; readonly message: string }
  | { readonly kind: "redirect"; readonly to: string }

export const signedInCookie = (oauth: OAuthProvider): string => `sandbox_${oauth.provider}_person`

export function parseRequest(oauth: OAuthProvider, params: URLSearchParams): Parsed {
  const redirectUri = params.get("redirect_uri") ?? ""
  if (params.get("client_id") !== oauth.clientId) return { kind: "page", message: "The OAuth client was not found." }
  if (!isAllowedRedirect(redirectUri))
    return { kind: "page", message: "The redirect URI is not one this client may use." }
  const { known, unknown } = readScopes(oauth, params.get("scope") ?? "")
  const request = {
    params,
    redirectUri,
    state: params.get("state"),
    scopes: known.map(oauth.answeredScope),
    prompts: (params.get("prompt") ?? "").split(" ").filter((prompt) => prompt !== ""),
  }
  const refuse = (error: string, description: string): Parsed => ({
    kind: "redirect",
    to: answer(request, { error, error_description: description }),
  })
  if (params.get("response_type") !== "code")
    return refuse("unsupported_response_type", "Only response_type=code is supported.")
  if (known.length === 0 || unknown.length > 0)
    return refuse("invalid_scope", `Some requested scopes were invalid: ${unknown.join(" ")}`)
  if (params.has("code_challenge") && params.get("code_challenge_method") !== "S256")
    return refuse("invalid_request", "Only code_challenge_method=S256 is supported.")
  return { kind: "ok", request }
}

/** The redirect that carries an answer back to the client. */
export function answer(request: AuthorizeRequest, fields: Record<string, string>): string {
  const to = new URL(request.redirectUri)
  for (const [name, value] of Object.entries(fields)) to.searchParams.set(name, value)
  if (request.state !== null) to.searchParams.set("state", request.state)
  return to.href
}

/** Shows the picker, or goes on without a word where `prompt=none` asks for that. */
export async function showAuthorize(
  c: Context,
  world: World,
  oauth: OAuthProvider,
  request: AuthorizeRequest,
): Promise<Response> {
  const signedIn = await findPerson(world.db.query, oauth.provider, getCookie(c, signedInCookie(oauth)) ?? "")
  if (request.prompts.includes("none")) {
    if (!signedIn) return c.redirect(answer(request, { error: "login_required" }))
    if (!(await hasConsented(world.db.query, signedIn, request.scopes)))
      return c.redirect(answer(request, { error: "consent_required" }))
    return giveCode(c, world, oauth, request, signedIn, request.scopes, false)
  }
  const people = await allPeople(world.db.query, oauth.provider)
  const hint = (request.params.get("login_hint") ?? "").toLowerCase()
  const hinted = people.find((person) => person.email === hint || person.subject === hint)
  const pickAnyway = request.prompts.includes("select_account") || request.prompts.includes("login")
  return c.html(pickerPage(oauth, request, people, hinted ?? (pickAnyway ? null : signedIn)))
}

/** A form was sent: a person was picked, or consent was given or refused. */
export async function takeAuthorize(
  c: Context,
  world: World,
  oauth: OAuthProvider,
  request: AuthorizeRequest,
  form: FormData,
): Promise<Response> {
  const person = await findPerson(world.db.query, oauth.provider, String(form.get("person") ?? ""))
  if (!person) return c.html(errorPage(oauth, "Couldn't find that account."), 400)
  setCookie(c, signedInCookie(oauth), person.email, { path: "/", httpOnly: true, sameSite: "Lax" })
  const decision = form.get("decision")
  if (decision === "cancel") return c.redirect(answer(request, { error: "access_denied" }))
  if (decision === "continue") {
    const ticked = new Set(form.getAll("scope").map(String))
    const granted = request.scopes.filter((scope) => !isOptional(oauth, scope) || ticked.has(scope))
    return giveCode(c, world, oauth, request, person, granted, true)
  }
  const known = !request.prompts.includes("consent") && (await hasConsented(world.db.query, person, request.scopes))
  if (known) return giveCode(c, world, oauth, request, person, request.scopes, false)
  return c.html(consentPage(oauth, request, person))
}

/** Google's consent is granular: people may leave API scopes unticked, and the answered scope says what they gave. */
export const isOptional = (oauth: OAuthProvider, scope: string): boolean =>
  oauth.provider === "google" && scope.includes("/calendar")

async function giveCode(
  c: Context,
  world: World,
  oauth: OAuthProvider,
  request: AuthorizeRequest,
  person: Person,
  granted: readonly string[],
  consented: boolean,
): Promise<Response> {
  const { params, redirectUri } = request
  // Google hands a refresh token out with a consent only; Microsoft whenever offline_access was granted.
  const offline =
    oauth.provider === "google"
      ? params.get("access_type") === "offline" && consented
      : granted.includes("offline_access")
  const code = await issueCode(world.db.query, {
    provider: oauth.provider,
    email: person.email,
    redirectUri,
    scope: granted.join(" "),
    nonce: params.get("nonce"),
    challenge: params.get("code_challenge"),
    challengeMethod: params.get("code_challenge_method"),
    offline,
  })
  const scope: Record<string, string> = oauth.provider === "google" ? { scope: granted.join(" ") } : {}
  return c.redirect(answer(request, { code, ...scope }))
}
