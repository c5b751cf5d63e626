import { useState } from "react"
import { Badge } from "@/components/ui/badge"
import { Button } from "@/components/ui/button"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { SafeText } from "@/components/ui/safe-text"
import { ShownOnce } from "@/components/ui/shown-once"
import { SureButton } from "@/components/ui/sure-button"
import { useRemoveWebhook, useRotateSecret, useTurnWebhook, useWebhooks, type WebhookView } from "@/lib/client/webhooks"
import type { WebhookEvent } from "@/lib/domain/webhook"
import { AddWebhook, EVENT_NAMES } from "./add-webhook"
import { Deliveries } from "./deliveries"

/** Addresses that are told what agents do on the person's calendars (D22, D23). */
export function Webhooks({ timeZone }: { readonly timeZone: string }) {
  const { data, error, refetch } = useWebhooks()
  return (
    <div className="grid gap-4">
      {error && !data && <ProblemNotice error={error} retry={() => void refetch()} />}
      {data && data.webhooks.length > 0 && (
        <ul aria-label="Webhooks" className="grid grid-cols-1 divide-y divide-line border-b border-line">
          {data.webhooks.map((webhook) => (
            <li key={webhook.id}>
              <WebhookRow webhook={webhook} timeZone={timeZone} />
            </li>
          ))}
        </ul>
      )}
      <AddWebhook />
    </div>
  )
}

interface WebhookRowProps {
  readonly webhook: WebhookView
  readonly timeZone: string
}

function WebhookRow({ webhook: { id, url, events, state }, timeZone }: WebhookRowProps) {
  const [open, setOpen] = useState(false)
  const turn = useTurnWebhook(id)
  const rotate = useRotateSecret(id)
  const remove = useRemoveWebhook(id)
  const failed = [turn, rotate, remove].find(({ isError }) => isError)
  return (
    <div className="grid gap-2 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <div className="min-w-0 flex-1 basis-96 max-sm:basis-full">
          <p className="font-medium [overflow-wrap:anywhere]">
            <SafeText text={url} />
          </p>
          <p className="text-sm text-ink-soft">
            Told of {events.map((event) => EVENT_NAMES[event as WebhookEvent] ?? event).join(", ")}
          </p>
        </div>
        <StateBadge state={state} />
        <span className="flex flex-wrap items-center">
          <Button
            size="small"
            variant="quiet"
            aria-label={`Deliveries to ${url}`}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            Deliveries
          </Button>
          <Button
            size="small"
            variant="quiet"
            aria-label={state === "live" ? `Turn off ${url}` : `Turn on ${url}`}
            pending={turn.isPending}
            onClick={() => turn.mutate(state === "live" ? "off" : "live")}
          >
            {state === "live" ? "Turn off" : "Turn on"}
          </Button>
          <SureButton
            verb="New secret"
            name={`for ${url}`}
            pending={rotate.isPending}
            onSure={() => rotate.mutate(undefined)}
          />
          <SureButton verb="Remove" name={url} pending={remove.isPending} onSure={() => remove.mutate(undefined)} />
        </span>
      </div>
      {rotate.data?.secret && (
        <ShownOnce
          label="The new secret"
          hint="Shown only now. For a day, messages are signed with the one before too."
          text={rotate.data.secret}
        />
      )}
      {failed && <ProblemNotice error={failed.error} />}
      {open && <Deliveries webhookId={id} url={url} timeZone={timeZone} />}
    </div>
  )
}

function StateBadge({ state }: Pick<WebhookView, "state">) {
  if (state === "live") return <Badge tone="good">on</Badge>
  return state === "off" ? <Badge>off</Badge> : <Badge tone="danger">refused for good (410)</Badge>
}
