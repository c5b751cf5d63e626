import Link from "next/link"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Field, Select } from "@/components/ui/field"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { SafeText } from "@/components/ui/safe-text"
import { SureButton } from "@/components/ui/sure-button"
import { type AgentsView, useCloseCalendar } from "@/lib/client/agents"
import { useConnections } from "@/lib/client/connections"
import { type BookablePlace, bookableId, parseBookableId } from "@/lib/domain/bookable-key"
import { BOOKING_DEFAULTS } from "@/lib/domain/booking"
import type { ConnectionId } from "@/lib/domain/event"
import { TimesForm } from "./times-form"

type Bookable = AgentsView["calendars"][number]

export function BookableCalendars({ calendars }: { readonly calendars: readonly Bookable[] }) {
  return (
    <div className="grid gap-4">
      {calendars.length === 0 && (
        <p className="max-w-prose text-ink-soft">
          Agents cannot book anywhere yet. Choose one of your calendars, and those on your list may take free slots on
          it.
        </p>
      )}
      {calendars.length > 0 && (
        <ul aria-label="Bookable calendars" className="grid grid-cols-1 divide-y divide-line">
          {calendars.map((calendar) => (
            <li key={calendar.id}>
              <BookableRow calendar={calendar} />
            </li>
          ))}
        </ul>
      )}
      <MakeBookable taken={calendars.map(({ id }) => id)} />
    </div>
  )
}

function BookableRow({ calendar: { id, name, times, writeAtOnce } }: { readonly calendar: Bookable }) {
  const [open, setOpen] = useState(false)
  const place = parseBookableId(id)
  const close = useCloseCalendar()
  return (
    <div className="grid gap-3 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1 basis-52">
          <p className="font-medium">
            <SafeText text={name} />
          </p>
          <p className="text-sm text-ink-soft">
            Holds last {times.holdMs / 1_000} s, bookings may be bumped for {times.bumpMs / 1_000} s, {times.maxHolds}{" "}
            holds at once; written into the calendar {writeAtOnce ? "at once" : "when frozen"}
          </p>
        </div>
        {place && !open && (
          <>
            <Button size="small" aria-label={`Change the times of ${name}`} onClick={() => setOpen(true)}>
              Change
            </Button>
            <SureButton
              verb="Stop bookings"
              name={`on ${name}`}
              pending={close.isPending}
              onSure={() => close.mutate(place)}
            />
          </>
        )}
      </div>
      {close.isError && <ProblemNotice error={close.error} />}
      {place && open && (
        <TimesForm place={place} times={times} writeAtOnce={writeAtOnce} verb="Save" onDone={() => setOpen(false)} />
      )}
    </div>
  )
}

/** One of the person's own that can be written and is not on the list. */
function MakeBookable({ taken }: { readonly taken: readonly string[] }) {
  const [chosen, setChosen] = useState("")
  const { data } = useConnections()
  if (!data) return null
  const places = data.connections.flatMap(({ id, email, calendars }) =>
    (calendars ?? [])
      .filter(({ writable }) => writable)
      .map((calendar) => ({ connectionId: id as ConnectionId, calendarId: calendar.id, name: calendar.name, email })),
  )
  const free = places.filter((place) => !taken.includes(bookableId(place)))
  const place: BookablePlace | undefined = free.find((each) => bookableId(each) === chosen)
  if (free.length === 0)
    return places.length > 0 ? null : (
      <p className="text-sm">
        <Link href="/connections" className="font-medium text-accent underline underline-offset-2">
          Connect a calendar
        </Link>{" "}
        first.
      </p>
    )
  return (
    <div className="grid gap-4 border-t border-line pt-4 first:border-t-0 first:pt-0">
      <Field label="Let agents book on" className="max-w-md">
        {(ids) => (
          <Select {...ids} value={place ? chosen : ""} onChange={(event) => setChosen(event.target.value)}>
            <option value="">Choose a calendar...</option>
            {free.map((each) => (
              <option key={bookableId(each)} value={bookableId(each)}>
                {each.name} ({each.email})
              </option>
            ))}
          </Select>
        )}
      </Field>
      {place && (
        <TimesForm
          key={chosen}
          place={place}
          times={BOOKING_DEFAULTS}
          writeAtOnce={false}
          verb="Make bookable"
          onDone={() => setChosen("")}
        />
      )}
    </div>
  )
}
