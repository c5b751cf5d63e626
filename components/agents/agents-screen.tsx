"use client"

import { Section } from "@/components/ui/card"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useAgents } from "@/lib/client/agents"
import { AddAgent } from "./add-agent"
import { AgentRanking } from "./agent-ranking"
import { BookableCalendars } from "./bookable-calendars"
import { BookingQuestions } from "./booking-questions"
import { Collisions } from "./collisions"
import { EndedBookings } from "./ended-bookings"
import { RulesForm } from "./rules-form"
import { Standing } from "./standing"
import { Webhooks } from "./webhooks"

export function AgentsScreen({ timeZone }: { readonly timeZone: string }) {
  const { data, error, refetch, dataUpdatedAt } = useAgents()
  if (!data)
    return error ? (
      <ProblemNotice error={error} retry={() => void refetch()} />
    ) : (
      <div role="status" aria-label="Loading" className="h-96 animate-pulse rounded-xl bg-sunken" />
    )
  return (
    <>
      {data.questions.length > 0 && (
        <Section
          title="You are asked"
          hint="Your calendar and a booking want the same time. Nothing is decided for you."
        >
          <BookingQuestions questions={data.questions} timeZone={timeZone} />
        </Section>
      )}
      <Section
        title="Your agents, the first one first"
        hint="Drag by the handle, or focus it and press space. A new order counts for requests from then on; what stands keeps its place."
      >
        <AgentRanking view={data} timeZone={timeZone} />
        <AddAgent view={data} />
      </Section>
      <Section
        title="Held and booked"
        hint="A hold runs out by itself. A booking may be bumped by a higher agent until its countdown ends; then it is frozen, whoever comes."
      >
        <Standing view={data} readAtMs={dataUpdatedAt} timeZone={timeZone} />
        <EndedBookings ended={data.ended} timeZone={timeZone} />
      </Section>
      <Section title="Collisions" hint="How often two wanted the same time on your calendars in the last 7 days.">
        <Collisions collisions={data.collisions} />
      </Section>
      <Section
        title="Bookable calendars"
        hint="Where the agents on your list may take slots, never over your events. A frozen booking is written there as an event, and goes again when it is cancelled: opening a calendar is your yes to that. Delete the event and the booking is cancelled; drag it and the booking follows. Stopped, nothing new is taken; what stands there stands."
      >
        <BookableCalendars calendars={data.calendars} />
      </Section>
      <Section
        title="Kept free"
        hint="What agents are not offered, besides your events and what is outside your working hours."
      >
        <RulesForm rules={data.rules} />
      </Section>
      <Section
        title="Webhooks"
        hint="Addresses that are told at once what agents do on your calendars. Agents can set up their own by the API."
      >
        <Webhooks timeZone={timeZone} />
      </Section>
    </>
  )
}
