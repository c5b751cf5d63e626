import { Check, CircleDashed, HelpCircle, X } from "lucide-react"
import { SafeText } from "@/components/ui/safe-text"
import type { Attendee, Rsvp } from "@/lib/domain/event"

const REPLIES = {
  accepted: { icon: Check, words: "accepted", look: "text-good" },
  declined: { icon: X, words: "declined", look: "text-danger" },
  tentative: { icon: HelpCircle, words: "maybe", look: "text-warn" },
  needsAction: { icon: CircleDashed, words: "no reply yet", look: "text-ink-soft" },
} as const satisfies Record<Rsvp, unknown>

/** Who is invited, and what they said. */
export const Guests = ({ attendees }: { readonly attendees: readonly Attendee[] }) => (
  <ul className="grid gap-1">
    {attendees.map((attendee) => (
      <Guest key={attendee.email} attendee={attendee} />
    ))}
  </ul>
)

function Guest({ attendee }: { readonly attendee: Attendee }) {
  const { icon: Icon, words, look } = REPLIES[attendee.rsvp]
  const roles = [attendee.self && "you", attendee.organizer && "organizer", attendee.optional && "optional"].filter(
    Boolean,
  )
  return (
    <li className="flex items-start gap-2">
      <Icon aria-hidden className={`mt-1 size-3.5 shrink-0 ${look}`} />
      <span className="min-w-0">
        <SafeText text={attendee.name ?? attendee.email} />
        <span className="text-ink-soft">
          {roles.length > 0 && ` (${roles.join(", ")})`}, {words}
        </span>
      </span>
    </li>
  )
}
