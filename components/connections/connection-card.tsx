"use client"

import { useState } from "react"
import { Badge } from "@/components/ui/badge"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { type ConnectionsView, connectUrl, useDisconnect } from "@/lib/client/connections"
import { HUES } from "@/lib/domain/calendar-choice"
import { CaldavForm } from "./caldav-form"
import { CalendarRow } from "./calendar-row"
import { PROVIDER_NAMES } from "./connect-buttons"

type Connection = ConnectionsView["connections"][number]

const PROBLEMS: Readonly<Record<NonNullable<Connection["problem"]>, string>> = {
  reconnect: "Its calendars come back once you have signed in there again. Nothing is read or written until then.",
  unreachable: "It cannot be reached right now. Its calendars are listed as soon as it answers.",
  throttled: "It asks us to wait a moment.",
  forbidden: "It does not let us list its calendars.",
}

interface ConnectionCardProps {
  readonly connection: Connection
  readonly shareTitles: boolean
  readonly firstHue: number
}

/** One account: how it stands, its calendars and what was chosen for each, and the way to let go of it. */
export function ConnectionCard({ connection, shareTitles, firstHue }: ConnectionCardProps) {
  const { id, provider, email, status, calendars, problem, login } = connection
  const [again, setAgain] = useState(false)
  const isPaused = status === "paused" || problem === "reconnect"
  const shown = calendars?.filter((calendar) => calendar.shown) ?? []
  return (
    <Card
      className="grid grid-cols-1 gap-3 p-4 shadow-none"
      role="group"
      aria-label={`${PROVIDER_NAMES[provider] ?? provider}, ${email}`}
    >
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-0 flex-1 basis-48">
          <p className="font-medium">{PROVIDER_NAMES[provider] ?? provider}</p>
          <p className="text-sm text-ink-soft [overflow-wrap:anywhere]">{email}</p>
        </div>
        <Badge tone={isPaused ? "warn" : "good"}>{isPaused ? "Paused: sign in there again" : "Connected"}</Badge>
        {isPaused && (provider === "google" || provider === "microsoft") && (
          <Button asChild size="small" variant="primary">
            <a href={connectUrl(provider, "/connections")}>Reconnect</a>
          </Button>
        )}
        {isPaused && login && !again && (
          <Button size="small" variant="primary" onClick={() => setAgain(true)}>
            Reconnect
          </Button>
        )}
        <Disconnect id={id} email={email} />
      </div>
      {isPaused && login && again && <CaldavForm again={login} onDone={() => setAgain(false)} />}
      {problem && <p className="text-sm text-ink-soft">{PROBLEMS[problem]}</p>}
      {calendars && (
        <ul aria-label={`Calendars of ${email}`} className="grid grid-cols-1 divide-y divide-line border-t border-line">
          {calendars.map((calendar) => (
            <li key={calendar.id}>
              <CalendarRow
                connectionId={id}
                calendar={calendar}
                hue={calendar.hue ?? (firstHue + Math.max(0, shown.indexOf(calendar))) % HUES}
                shareTitles={shareTitles}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

/** Asked once more: what is ended at the provider cannot be taken back here. */
function Disconnect({ id, email }: { readonly id: string; readonly email: string }) {
  const [sure, setSure] = useState(false)
  const disconnect = useDisconnect()
  return (
    <>
      {sure ? (
        <>
          <Button size="small" variant="danger" pending={disconnect.isPending} onClick={() => disconnect.mutate(id)}>
            Disconnect now
          </Button>
          <Button size="small" onClick={() => setSure(false)}>
            Keep
          </Button>
        </>
      ) : (
        <Button size="small" aria-label={`Disconnect ${email}`} onClick={() => setSure(true)}>
          Disconnect
        </Button>
      )}
      {disconnect.isError && <ProblemNotice error={disconnect.error} className="basis-full" />}
    </>
  )
}
