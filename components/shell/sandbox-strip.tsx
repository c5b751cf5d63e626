"use client"

import { ExternalLink, FlaskConical } from "lucide-react"
import { useSettings } from "@/lib/client/settings"

const OWN_PAGE: Readonly<Record<string, string>> = { google: "Google Calendar", microsoft: "Outlook" }

/** On every page while the sandbox is in use: that nothing here is real, and where to play the person who edits elsewhere. */
export function SandboxStrip({
  sandboxUrl,
  isSignedIn,
}: {
  readonly sandboxUrl: string
  readonly isSignedIn: boolean
}) {
  return (
    <aside
      aria-label="Sandbox"
      className="flex flex-wrap items-center gap-x-3 gap-y-0.5 bg-warn-soft px-4 py-1.5 text-sm text-warn"
    >
      <span className="flex items-center gap-1.5">
        <FlaskConical aria-hidden className="size-4 shrink-0" /> Sandbox: invented people and calendars.
      </span>
      {isSignedIn && <OwnPages sandboxUrl={sandboxUrl} />}
    </aside>
  )
}

function OwnPages({ sandboxUrl }: { readonly sandboxUrl: string }) {
  const { data } = useSettings()
  return data?.connections.map(({ id, provider, email }) => (
    <a
      key={id}
      href={`${sandboxUrl}/own/${provider}?person=${encodeURIComponent(email)}`}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1 font-medium underline underline-offset-2 max-md:py-2"
    >
      {OWN_PAGE[provider] ?? provider}'s own page
      <ExternalLink aria-hidden className="size-3.5" />
      <span className="sr-only"> of {email} (opens a new tab)</span>
    </a>
  ))
}
