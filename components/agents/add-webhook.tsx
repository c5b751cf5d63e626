import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { CheckBoxes } from "@/components/ui/check-boxes"
import { Field, Input } from "@/components/ui/field"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { ShownOnce } from "@/components/ui/shown-once"
import { useAddWebhook } from "@/lib/client/webhooks"
import { WEBHOOK_EVENTS, type WebhookEvent } from "@/lib/domain/webhook"

export const EVENT_NAMES: Readonly<Record<WebhookEvent, string>> = {
  "booking.committed": "bookings",
  "booking.outranked": "refused bookings",
  "booking.cancelled": "cancelled ones",
  "booking.moved": "moved ones",
  "booking.evicted": "bumped ones",
  "hold.invalidated": "lost holds",
}
export const SECRET_HINT = "Shown only now: the receiver checks with it that a message is ours."

export function AddWebhook() {
  const [url, setUrl] = useState("")
  const [events, setEvents] = useState<readonly WebhookEvent[]>(WEBHOOK_EVENTS)
  const add = useAddWebhook()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (events.length > 0 && url.trim())
      add.mutate({ url: url.trim(), events: [...events] }, { onSuccess: () => setUrl("") })
  }
  return (
    <form onSubmit={submit} className="grid gap-3">
      <Field
        label="Send messages to"
        hint="A public https address. Messages follow Standard Webhooks."
        className="max-w-md"
      >
        {(ids) => (
          <Input
            {...ids}
            type="url"
            inputMode="url"
            autoComplete="off"
            placeholder="https://example.com/hook"
            value={url}
            onChange={(event) => setUrl(event.target.value)}
          />
        )}
      </Field>
      <CheckBoxes legend="when there are" names={EVENT_NAMES} chosen={events} onChange={setEvents} />
      <div>
        <Button type="submit" pending={add.isPending} aria-disabled={events.length === 0 || !url.trim()}>
          Add the webhook
        </Button>
      </div>
      {add.isError && <ProblemNotice error={add.error} />}
      {add.data?.secret && <ShownOnce label="The secret" hint={SECRET_HINT} text={add.data.secret} />}
    </form>
  )
}
