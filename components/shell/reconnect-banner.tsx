"use client"

import Link from "next/link"
import { usePathname } from "next/navigation"
import { Button } from "@/components/ui/button"
import { Notice } from "@/components/ui/notice"
import { useSettings } from "@/lib/client/settings"

/** On every page while an account waits to be signed in to again: it is neither read nor written meanwhile, and that must not pass unnoticed. */
export function ReconnectBanner() {
  const { data } = useSettings()
  const here = usePathname()
  const paused = data?.connections.filter((connection) => connection.status === "paused") ?? []
  if (paused.length === 0 || here === "/connections") return null
  return (
    <div className="px-3 pt-3 sm:px-4">
      <Notice
        tone="warn"
        live
        action={
          <Button asChild size="small">
            <Link href="/connections">Reconnect</Link>
          </Button>
        }
      >
        <strong className="font-semibold">{paused.map(({ email }) => email).join(", ")}</strong>{" "}
        {paused.length === 1 ? "has to be signed in to again; its" : "have to be signed in to again; their"} events are
        not shown.
      </Notice>
    </div>
  )
}
