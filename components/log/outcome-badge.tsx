import { Badge, type Tone } from "@/components/ui/badge"

const TONES: Readonly<Record<string, Tone>> = {
  applied: "good",
  unchanged: "good",
  conflict: "warn",
  busy: "warn",
  superseded: "warn",
  expired: "warn",
  throttled: "warn",
  unknown: "warn",
  gone: "danger",
  forbidden: "danger",
  reconnect: "danger",
  notApplied: "danger",
}

export const OutcomeBadge = ({ outcome }: { readonly outcome: string | null }) =>
  outcome === null ? null : <Badge tone={TONES[outcome] ?? "neutral"}>{outcome}</Badge>
