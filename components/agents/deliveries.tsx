import { Badge } from "@/components/ui/badge"
import { Button } from "@/components/ui/button"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { type DeliveryView, useDeliveries, useRedeliver } from "@/lib/client/webhooks"
import { formatInstant } from "@/lib/domain/format-when"

interface DeliveriesProps {
  readonly webhookId: string
  readonly url: string
  readonly timeZone: string
}

/** What was sent to an address or is to be, the latest first, each with its last answer. */
export function Deliveries({ webhookId, url, timeZone }: DeliveriesProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useDeliveries(webhookId)
  const redeliver = useRedeliver(webhookId)
  if (!data)
    return error ? (
      <ProblemNotice error={error} retry={() => void refetch()} />
    ) : (
      <div role="status" aria-label="Loading" className="h-12 animate-pulse rounded-lg bg-sunken" />
    )
  const deliveries = data.pages.flatMap((page) => page.deliveries)
  if (deliveries.length === 0)
    return <p className="text-sm text-ink-soft">Nothing has happened yet that it is told of.</p>
  return (
    <div className="grid gap-2">
      <ul
        aria-label={`Deliveries to ${url}`}
        className="grid grid-cols-1 divide-y divide-line rounded-lg bg-sunken/60 px-3"
      >
        {deliveries.map((delivery) => (
          <li key={delivery.seq} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 text-sm">
            <div className="min-w-0 flex-1 basis-52">
              <p className="font-mono text-xs">{delivery.event}</p>
              <p className="text-ink-soft">{storyOf(delivery, timeZone)}</p>
            </div>
            <StateBadge delivery={delivery} />
            <Button
              size="small"
              variant="quiet"
              aria-label={`Send ${delivery.event} (${delivery.seq}) again`}
              pending={redeliver.isPending && redeliver.variables === delivery.seq}
              onClick={() => redeliver.mutate(delivery.seq)}
            >
              Send again
            </Button>
          </li>
        ))}
      </ul>
      {redeliver.isError && <ProblemNotice error={redeliver.error} />}
      {hasNextPage && (
        <div>
          <Button size="small" pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Earlier ones
          </Button>
        </div>
      )}
    </div>
  )
}

function storyOf({ attempts, lastAt, lastStatus, lastError, nextAt }: DeliveryView, timeZone: string): string {
  const next = nextAt ? `; the next ${formatInstant(nextAt, timeZone)}` : ""
  if (!lastAt) return `Not sent yet${next}`
  const answer = lastError ?? (lastStatus === null ? "no answer" : `answered ${lastStatus}`)
  return `${attempts === 1 ? "1 attempt" : `${attempts} attempts`}, the last ${formatInstant(lastAt, timeZone)}: ${answer}${next}`
}

function StateBadge({ delivery: { state } }: { readonly delivery: DeliveryView }) {
  if (state === "delivered") return <Badge tone="good">delivered</Badge>
  return state === "failed" ? <Badge tone="danger">given up</Badge> : <Badge tone="warn">on its way</Badge>
}
