import { type NextRequest, NextResponse } from "next/server"
import { env } from "./lib/config/env"
import { providerClients } from "./lib/config/provider-clients"
import { securityHeaders } from "./lib/http/security-headers"

/** Headers for every answer, and a nonce for the page that is about to be rendered. Lets everybody through: routes and pages lock themselves. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64")
  const headers = securityHeaders({
    nonce,
    secure: env().NEXTAUTH_URL.startsWith("https://"),
    providerOrigins: [...new Set(providerClients(env()).map((client) => new URL(client.authorizeUrl).origin))],
    development: process.env.NODE_ENV === "development",
  })
  const forwarded = new Headers(request.headers)
  forwarded.set("x-nonce", nonce)
  // where to come back to after signing in; a page cannot see its own address
  forwarded.set("x-path", request.nextUrl.pathname)
  // Next reads the nonce for its own scripts out of the policy
  forwarded.set("content-security-policy", headers["content-security-policy"] ?? "")
  const response = NextResponse.next({ request: { headers: forwarded } })
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

export const config = { matcher: ["/((?!_next/static|_next/image|favicon.ico).*)"] }
