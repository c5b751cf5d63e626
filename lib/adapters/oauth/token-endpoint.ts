import "server-only"
import { z } from "zod"

/** RFC 6749 section 5.1, as far as we use it. */
const Granted = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  expires_in: z.coerce.number().positive().default(3600),
  scope: z.string().default(""),
  id_token: z.string().optional(),
})

export type TokenAnswer =
  | { readonly kind: "granted"; readonly answer: z.infer<typeof Granted> }
  /** The provider said no (RFC 6749 section 5.2). */
  | { readonly kind: "refused"; readonly error: string }
  | { readonly kind: "unavailable" }

const TIMEOUT_MS = 10_000

/** Posts a form. Never throws for what the network or the provider does. */
export async function post(url: string, fields: Readonly<Record<string, string>>): Promise<Response | null> {
  try {
    return await fetch(url, {
      method: "POST",
      body: new URLSearchParams(fields),
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch {
    return null
  }
}

export async function askForTokens(url: string, fields: Readonly<Record<string, string>>): Promise<TokenAnswer> {
  const response = await post(url, fields)
  if (!response || response.status >= 500 || response.status === 429) return { kind: "unavailable" }
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) return { kind: "refused", error: z.object({ error: z.string() }).safeParse(body).data?.error ?? "" }
  const granted = Granted.safeParse(body)
  return granted.success ? { kind: "granted", answer: granted.data } : { kind: "unavailable" }
}
