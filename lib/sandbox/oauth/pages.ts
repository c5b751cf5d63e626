import { html } from "hono/html"
import { page } from "../http/page"
import type { Person } from "../store/people"
import { type AuthorizeRequest, isOptional } from "./authorize"
import type { OAuthProvider } from "./provider"

type Html = ReturnType<typeof html>

/** Every parameter of the request goes along in the form, so that the steps need no memory on the server. */
const carried = (request: AuthorizeRequest): Html[] =>
  [...request.params].map(([name, value]) => html`<input type="hidden" name="request.${name}" value="${value}">`)

const frame = (oauth: OAuthProvider, title: string, content: Html): Html =>
  page(title, `Sandbox: this stands in for ${oauth.brand}'s own sign-in`, content)

export function pickerPage(
  oauth: OAuthProvider,
  request: AuthorizeRequest,
  people: readonly Person[],
  current: Person | null,
): Html {
  const others = people.filter((person) => person.email !== current?.email)
  const choice = (person: Person, label: string) =>
    html`<li><button name="person" value="${person.email}" class="wide">${label}<small>${person.email}</small></button></li>`
  return frame(
    oauth,
    "Choose an account",
    html`<p>to continue to <b>Ifmatch</b></p>
    <form method="post" action="${oauth.paths.authorize}">${carried(request)}
      <ul class="bare">
        ${current ? choice(current, `Continue as ${current.name}`) : ""}
        ${others.map((person) => choice(person, person.name))}
      </ul>
    </form>`,
  )
}

export function consentPage(oauth: OAuthProvider, request: AuthorizeRequest, person: Person): Html {
  const item = (scope: string) =>
    isOptional(oauth, scope)
      ? html`<li class="choice"><label><input type="checkbox" name="scope" value="${scope}" checked> ${oauth.scopes[scope]}</label></li>`
      : html`<li>${oauth.scopes[scope]}</li>`
  return frame(
    oauth,
    "Ifmatch wants access to your account",
    html`<p>${person.name} <small>${person.email}</small></p>
    <form method="post" action="${oauth.paths.authorize}">${carried(request)}
      <input type="hidden" name="person" value="${person.email}">
      <p>This will allow Ifmatch to:</p>
      <ul>${request.scopes.map(item)}</ul>
      <p class="row"><button name="decision" value="cancel">Cancel</button>
      <button name="decision" value="continue" class="primary">Continue</button></p>
    </form>`,
  )
}

export const errorPage = (oauth: OAuthProvider, message: string): Html =>
  frame(oauth, "Access blocked", html`<p role="alert">${message}</p>`)
