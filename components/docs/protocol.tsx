import { Section } from "@/components/ui/card"
import { CodeBlock } from "./code-block"

const LOST = `HTTP/1.1 409 Conflict
content-type: application/json

{
  "error": "outranked",
  "winning_booking_id": "5f6f7f3c-1b0d-4f5e-9a53-0d9ff0a1c111",
  "winning_agent_id": "scheduler",
  "winning_agent_priority": 1,
  "your_priority": 3,
  "audit_event_id": "4711"
}`

const VERIFY = `import { Webhook } from "standardwebhooks"

const event = new Webhook(process.env.WEBHOOK_SECRET).verify(body, headers)
// event.type: booking.committed | booking.outranked | booking.cancelled | booking.evicted | booking.moved |
//   hold.invalidated`

/** What the engine promises, for people who write agents (D3, D7, D10, D22). */
export const Protocol = () => (
  <>
    <Section title="The commit is the check">
      <ul className="grid max-w-prose list-disc gap-2 pl-5">
        <li>Do not look before you book: ask for the slot. You get all of it, or an answer that says who has it.</li>
        <li>Slots begin and end on a five-minute grid and are at most 24 hours long.</li>
        <li>
          Each person ranks their agents; 1 is the highest. Your rank is read when you ask and copied onto what you get.
        </li>
        <li>
          A commit takes what is free, what agents of your rank or below hold, and what agents below you booked less
          than 30 seconds ago. After that a booking is frozen, and nobody can evict it.
        </li>
        <li>A hold takes what is free and what agents below you hold. It runs out after 30 seconds.</li>
        <li>An evicted booking loses its whole slot; the audit row keeps what it was.</li>
      </ul>
    </Section>
    <Section title="When you lose" hint="A lost race is an answer, not an error. Stop: trying again does not help.">
      <CodeBlock label="The loser's answer" text={LOST} />
      <p className="mt-3 max-w-prose text-sm text-ink-soft">
        Where a hold stands in the way, winning_booking_id is the hold's id. An event outside the engine answers "busy"
        instead, with its times. The audit row says which kind of collision it was.
      </p>
    </Section>
    <Section title="What is certain, and what is not">
      <p className="max-w-prose">
        Requests for the same slot with different ranks end with the same owner in whatever order they come, as long as
        all come within the bump window. With partly overlapping slots the highest rank always ends with its slot, and
        the rest depends on the order: take 9:00-10:00 (rank 3), 9:30-10:30 (rank 2) and 10:00-11:00 (rank 1). In this
        order rank 2 evicts rank 3, rank 1 evicts rank 2, and 9:00-9:30 ends free. The other way round rank 2 is
        refused, and rank 3 keeps its slot. Of equal ranks the first commit stands.
      </p>
    </Section>
    <Section title="Keys">
      <ul className="grid max-w-prose list-disc gap-2 pl-5">
        <li>An agent key says its workspace and its own id; the rest is a secret that is shown once.</li>
        <li>Send an Idempotency-Key with every write. The same key and request get the same answer for 24 hours.</li>
        <li>RateLimit headers say what is left; a 429 says when to come again.</li>
      </ul>
    </Section>
    <Section
      title="Webhooks"
      hint="They follow the Standard Webhooks specification. Each event comes at least once; tell doubles by webhook-id."
    >
      <CodeBlock label="Verify a webhook" text={VERIFY} />
      <p className="mt-3 max-w-prose text-sm text-ink-soft">
        Public https addresses only. What is not answered with a 2xx comes again for three days; a 410 ends the
        subscription. While a secret is changed, messages carry two signatures for a day.
      </p>
    </Section>
  </>
)
