"use client"

import { useSettings } from "@/lib/client/settings"
import { Banner } from "./banner"

/** An account waits to be signed in to again: it is neither read nor written meanwhile. */
export function ReconnectBanner() {
  const { data } = useSettings()
  const paused = data?.connections.filter((connection) => connection.status === "paused") ?? []
  if (paused.length === 0) return null
  return (
    <Banner href="/connections" action="Reconnect">
      <strong className="font-semibold">{paused.map(({ email }) => email).join(", ")}</strong>{" "}
      {paused.length === 1 ? "has to be signed in to again; its" : "have to be signed in to again; their"} events are
      not shown.
    </Banner>
  )
}
