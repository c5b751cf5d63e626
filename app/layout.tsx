import "./globals.css"
import type { Metadata, Viewport } from "next"
import { headers } from "next/headers"
import type { ReactNode } from "react"
import { AskedBanner } from "@/components/shell/asked-banner"
import { LiveUpdates } from "@/components/shell/live-updates"
import { Nonce } from "@/components/shell/nonce"
import { Providers } from "@/components/shell/providers"
import { ReconnectBanner } from "@/components/shell/reconnect-banner"
import { SandboxStrip } from "@/components/shell/sandbox-strip"
import { TopBar } from "@/components/shell/top-bar"
import { logSizeBefore } from "@/lib/server/log-size"
import { signedIn } from "@/lib/server/require-person"
import { wired } from "@/lib/server/wiring"

export const metadata: Metadata = {
  title: { default: "Ifmatch", template: "%s - Ifmatch" },
  description: "A calendar assistant that never overwrites you.",
}
export const viewport: Viewport = { width: "device-width", initialScale: 1 }

/** Reading the nonce makes every page dynamic, which nonces need. */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? ""
  const person = (await signedIn())?.person ?? null
  const { sandboxUrl } = wired
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <Nonce value={nonce} />
        <Providers nonce={nonce}>
          <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3">
            Skip to the content
          </a>
          <div className="flex h-dvh flex-col">
            {sandboxUrl && <SandboxStrip sandboxUrl={sandboxUrl} isSignedIn={person !== null} />}
            {person && <TopBar role={person.role} />}
            {person && <LiveUpdates since={await logSizeBefore(person.workspaceId)} />}
            {person && <ReconnectBanner />}
            {person && <AskedBanner />}
            <main id="main" className="flex min-h-0 flex-1 flex-col">
              {children}
            </main>
          </div>
        </Providers>
      </body>
    </html>
  )
}
