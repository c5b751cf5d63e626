import type { Settings } from "./env"

/** Our registration with one provider and where its OAuth endpoints are. */
export interface ProviderClient {
  readonly id: "google" | "microsoft"
  readonly clientId: string
  readonly clientSecret: string
  /** OpenID discovery document. */
  readonly wellKnown: string
  readonly authorizeUrl: string
  readonly tokenUrl: string
  /** Null where the provider has none (Microsoft). */
  readonly revokeUrl: string | null
}

type Endpoints = Pick<ProviderClient, "wellKnown" | "authorizeUrl" | "tokenUrl" | "revokeUrl">

const LOGIN_MICROSOFT = "https://login.microsoftonline.com/common"

const REAL: Readonly<Record<ProviderClient["id"], Endpoints>> = {
  google: {
    wellKnown: "https://accounts.google.com/.well-known/openid-configuration",
    authorizeUrl: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenUrl: "https://oauth2.googleapis.com/token",
    revokeUrl: "https://oauth2.googleapis.com/revoke",
  },
  microsoft: {
    wellKnown: `${LOGIN_MICROSOFT}/v2.0/.well-known/openid-configuration`,
    authorizeUrl: `${LOGIN_MICROSOFT}/oauth2/v2.0/authorize`,
    tokenUrl: `${LOGIN_MICROSOFT}/oauth2/v2.0/token`,
    revokeUrl: null,
  },
}

const sandboxed = (sandboxUrl: string): readonly ProviderClient[] => {
  const registered = (id: ProviderClient["id"], endpoints: Endpoints): ProviderClient => ({
    id,
    clientId: `ifmatch-sandbox-${id}`,
    clientSecret: "sandbox-secret",
    ...endpoints,
  })
  const [google, microsoft] = [`${sandboxUrl}/google`, `${sandboxUrl}/microsoft`]
  return [
    registered("google", {
      wellKnown: `${google}/.well-known/openid-configuration`,
      authorizeUrl: `${google}/o/oauth2/v2/auth`,
      tokenUrl: `${google}/token`,
      revokeUrl: `${google}/revoke`,
    }),
    registered("microsoft", {
      wellKnown: `${microsoft}/.well-known/openid-configuration`,
      authorizeUrl: `${microsoft}/oauth2/v2.0/authorize`,
      tokenUrl: `${microsoft}/oauth2/v2.0/token`,
      revokeUrl: null,
    }),
  ]
}

/** The providers of this installation: the sandbox's two, or the real ones whose credentials are set. */
export function providerClients(settings: Settings): readonly ProviderClient[] {
  if (settings.SANDBOX_URL) return sandboxed(settings.SANDBOX_URL)
  const real = (
    id: ProviderClient["id"],
    clientId: string | undefined,
    clientSecret: string | undefined,
  ): ProviderClient[] => (clientId && clientSecret ? [{ id, clientId, clientSecret, ...REAL[id] }] : [])
  return [
    ...real("google", settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET),
    ...real("microsoft", settings.MICROSOFT_CLIENT_ID, settings.MICROSOFT_CLIENT_SECRET),
  ]
}
