"use client"

import { Section } from "@/components/ui/card"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useConnections } from "@/lib/client/connections"
import { CaldavForm } from "./caldav-form"
import { ConnectButtons } from "./connect-buttons"
import { ConnectionCard } from "./connection-card"

export function ConnectionsScreen() {
  const { data, error, refetch } = useConnections()
  if (!data && error) return <ProblemNotice error={error} retry={() => void refetch()} />
  return (
    <>
      <Section
        title="Connected calendars"
        hint="Ticked calendars are looked at; the others are left alone. Whether admins may read titles in the log is your choice, in general in the settings, and here for one calendar."
      >
        {!data && <div role="status" aria-label="Loading" className="h-40 animate-pulse rounded-lg bg-sunken" />}
        {data?.connections.length === 0 && <p className="text-ink-soft">None yet.</p>}
        <ul className="grid grid-cols-1 gap-4">
          {data?.connections.map((connection, at) => (
            <li key={connection.id}>
              <ConnectionCard connection={connection} shareTitles={data.shareTitles} firstHue={huesBefore(data, at)} />
            </li>
          ))}
        </ul>
      </Section>
      <Section
        title="Connect another"
        hint="Google and Outlook: you are sent there, and shown what is asked for. The others take a password made for this app."
      >
        <ConnectButtons />
        <h3 className="mt-6 mb-3 text-sm font-semibold">iCloud, Fastmail, Nextcloud or another CalDAV server</h3>
        <CaldavForm />
      </Section>
    </>
  )
}

/** How many calendars that are shown stand before this account's: their place gives the colours that nobody chose. */
const huesBefore = ({ connections }: NonNullable<ReturnType<typeof useConnections>["data"]>, at: number): number =>
  connections
    .slice(0, at)
    .reduce((count, { calendars }) => count + (calendars?.filter((calendar) => calendar.shown).length ?? 0), 0)
