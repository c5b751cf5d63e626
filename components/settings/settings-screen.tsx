"use client"

import Link from "next/link"
import { Badge } from "@/components/ui/badge"
import { Button } from "@/components/ui/button"
import { Section } from "@/components/ui/card"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useSettings } from "@/lib/client/settings"
import { HoursForm } from "./hours-form"
import { KeptInMind } from "./kept-in-mind"
import { LanguageModel } from "./language-model"
import { Members } from "./members"
import { ShareTitles } from "./share-titles"
import { SignOut } from "./sign-out"

export function SettingsScreen() {
  const { data: settings, error, refetch } = useSettings()
  if (!settings)
    return error ? (
      <ProblemNotice error={error} retry={() => void refetch()} />
    ) : (
      <div role="status" aria-label="Loading" className="h-64 animate-pulse rounded-xl bg-sunken" />
    )
  const connected = settings.connections.length
  return (
    <>
      <Section title="You">
        <div className="flex flex-wrap items-center gap-3">
          <div className="min-w-0 flex-1 basis-48">
            <p className="font-medium [overflow-wrap:anywhere]">{settings.name}</p>
            <p className="text-sm text-ink-soft [overflow-wrap:anywhere]">
              {settings.email} in {settings.workspace}
            </p>
          </div>
          <Badge tone="accent">{settings.role === "admin" ? "Admin" : "Member"}</Badge>
          <SignOut />
        </div>
      </Section>
      <Section title="Time zone and working hours" hint="Words like “tomorrow morning” are read in these.">
        <HoursForm settings={settings} />
      </Section>
      <Section
        title="What the assistant keeps in mind"
        hint="It offers no time that goes against these, and says so where you order one; a meeting without a length takes the one you name here. Only you write here: what stands in invitations, and your agents, never do."
      >
        <KeptInMind />
      </Section>
      <Section title="Privacy">
        <ShareTitles shared={settings.shareTitles} />
      </Section>
      <Section title="Calendars">
        <div className="flex flex-wrap items-center gap-3">
          <p className="flex-1 text-ink-soft">
            {connected === 0
              ? "No calendar is connected."
              : connected === 1
                ? "One account is connected."
                : `${connected} accounts are connected.`}
          </p>
          <Button asChild size="small">
            <Link href="/connections">Manage connections</Link>
          </Button>
        </div>
      </Section>
      {settings.role === "admin" && (
        <>
          <LanguageModel />
          <Members timeZone={settings.timeZone} />
        </>
      )}
    </>
  )
}
