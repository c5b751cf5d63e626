"use client"

import { useEffect, useState } from "react"
import { Badge } from "@/components/ui/badge"
import { Button } from "@/components/ui/button"
import { Card, Section } from "@/components/ui/card"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { connectUrl, useDisconnect } from "@/lib/client/connections"
import { type SettingsView, useSettings } from "@/lib/client/settings"
import { ConnectButtons, PROVIDER_NAMES } from "./connect-buttons"

type Connection = SettingsView["connections"][number]

export function ConnectionsScreen() {
  const { data, error, refetch } = useSettings()
  // an account may have been paused since another page asked
  useEffect(() => void refetch(), [refetch])
  if (!data && error) return <ProblemNotice error={error} retry={() => void refetch()} />
  return (
    <>
      <Section title="Connected calendars">
        {!data && <div role="status" aria-label="Loading" className="h-16 animate-pulse rounded-lg bg-sunken" />}
        {data?.connections.length === 0 && <p className="text-ink-soft">None yet.</p>}
        <ul className="grid gap-3">
          {data?.connections.map((connection) => (
            <li key={connection.id}>
              <ConnectionCard connection={connection} />
            </li>
          ))}
        </ul>
      </Section>
      <Section title="Connect another" hint="You are sent to the provider, which shows what is asked for.">
        <ConnectButtons />
      </Section>
    </>
  )
}

function ConnectionCard({ connection }: { readonly connection: Connection }) {
  const [sure, setSure] = useState(false)
  const disconnect = useDisconnect()
  const { id, provider, email, status } = connection
  const isPaused = status === "paused"
  return (
    <Card className="flex flex-wrap items-center gap-3 p-4 shadow-none">
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium">{PROVIDER_NAMES[provider] ?? provider}</p>
        <p className="text-sm text-ink-soft [overflow-wrap:anywhere]">{email}</p>
      </div>
      <Badge tone={isPaused ? "warn" : "good"}>{isPaused ? "Paused: sign in there again" : "Connected"}</Badge>
      {isPaused && (provider === "google" || provider === "microsoft") && (
        <Button asChild size="small" variant="primary">
          <a href={connectUrl(provider)}>Reconnect</a>
        </Button>
      )}
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
    </Card>
  )
}
