import "server-only"
import type { ProviderFailure } from "../../domain/transport"
import { type Ask, type Asked, sameSite } from "./ask"
import { isRefusal, UNREADABLE_STATUS } from "./errors"
import { hrefIn, multistatus, type Row, textOf } from "./wire"

/** Who an account is to its server. */
export interface Principal {
  /** Lower case: mail addresses as they are, anything else as the server writes it (RFC 6638 2.4.1). */
  readonly addresses: readonly string[]
  /** Where to ask for other people's free/busy; null where that is not offered. */
  readonly outbox: string | null
}

export type Known<T> = { readonly kind: "known"; readonly value: T } | Extract<Asked, { kind: "failed" }>

const WHO = { "d:current-user-principal": {} }
const CALLED = { "c:calendar-user-address-set": {}, "c:schedule-outbox-URL": {} }

/** Asks a server who the account is, once; a failure is asked again. A server that does not say knows it by its address alone. */
export function principalOf(ask: Ask, home: string, accountEmail: string): () => Promise<Known<Principal>> {
  const plain: Principal = { addresses: [accountEmail.toLowerCase()], outbox: null }
  let asked: Promise<Known<Principal>> | null = null

  async function look(): Promise<Known<Principal>> {
    const who = await rowOf(ask, home, WHO)
    if (who.kind === "failed") return who
    const url = who.value && hrefIn(who.value.props.currentUserPrincipal, who.value.url)
    if (!url || !sameSite(new URL(home), new URL(url))) return { kind: "known", value: plain }
    const called = await rowOf(ask, url, CALLED)
    if (called.kind === "failed") return called
    if (!called.value) return { kind: "known", value: plain }
    const { props, url: base } = called.value
    const addresses = new Set([...plain.addresses, ...addressesIn(props.calendarUserAddressSet)])
    return { kind: "known", value: { addresses: [...addresses], outbox: hrefIn(props.scheduleOutboxURL, base) } }
  }

  return async () => {
    asked ??= look()
    const known = await asked
    if (known.kind === "failed") asked = null
    return known
  }
}

/** The first row; null where the server has nothing to say about that. */
async function rowOf(ask: Ask, url: string, props: Readonly<Record<string, unknown>>): Promise<Known<Row | null>> {
  const answer = await multistatus(ask, url, "PROPFIND", "0", { "d:propfind": { "d:prop": props } })
  if (answer.kind === "rows") return { kind: "known", value: answer.rows[0] ?? null }
  return isRefusal(answer.failure) || isUnreadable(answer.failure) ? { kind: "known", value: null } : answer
}

const isUnreadable = (failure: ProviderFailure): boolean =>
  failure.kind === "answer" && failure.status === UNREADABLE_STATUS

/** The addresses of a calendar-user-address-set, as they stand there. */
export function hrefsIn(value: unknown): string[] {
  const hrefs = typeof value === "object" && value !== null && "href" in value ? [value.href].flat() : []
  return hrefs.flatMap((href) => textOf(href)?.trim() || [])
}

const addressesIn = (value: unknown): string[] =>
  hrefsIn(value).map((href) => href.replace(/^mailto:/i, "").toLowerCase())
