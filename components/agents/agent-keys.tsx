import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { CheckBoxes } from "@/components/ui/check-boxes"
import { Field, Select } from "@/components/ui/field"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { ShownOnce } from "@/components/ui/shown-once"
import { SureButton } from "@/components/ui/sure-button"
import { useAgentKeys, useIssueKey, useRevokeKey } from "@/lib/client/agents"
import type { Scope } from "@/lib/domain/agent-key"
import { formatInstant } from "@/lib/domain/format-when"

interface AgentKeysProps {
  readonly agentId: string
  readonly name: string
  readonly timeZone: string
}

const SCOPE_NAMES: Readonly<Record<Scope, string>> = {
  "availability:read": "see when you are free",
  "holds:write": "hold slots",
  "bookings:write": "book and cancel",
  "audit:read": "read its log",
  "webhooks:write": "set up webhooks",
  "records:read": "read shared records",
  "records:write": "write and claim shared records",
  "calendar:read": "read your calendars, titles too",
  "calendar:propose": "propose changes to you",
}
/** What booking takes; whatever reaches further is ticked by whoever wants it. */
const USUAL: readonly Scope[] = ["availability:read", "holds:write", "bookings:write", "audit:read"]
const DAYS = [30, 90, 365, null]

/** The keys an agent shows to our API (D19): what each may do, how long, and a new one, shown once. */
export function AgentKeys({ agentId, name, timeZone }: AgentKeysProps) {
  const { data, error, refetch } = useAgentKeys(agentId)
  const revoke = useRevokeKey(agentId)
  return (
    <fieldset aria-label={`Keys of ${name}`} className="grid min-w-0 basis-full gap-3 border-t border-line py-3">
      {error && !data && <ProblemNotice error={error} retry={() => void refetch()} />}
      {data?.keys.length === 0 && <p className="text-sm text-ink-soft">No key yet: without one it can do nothing.</p>}
      {data && data.keys.length > 0 && (
        <ul className="grid gap-2 text-sm">
          {data.keys.map(({ id, prefix, scopes, expiresAt, lastUsedAt }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <div className="min-w-0 flex-1 basis-52">
                <p className="font-mono text-xs [overflow-wrap:anywhere]">{prefix}...</p>
                <p className="text-ink-soft">May {scopes.map((scope) => SCOPE_NAMES[scope]).join(", ")}.</p>
                <p className="text-ink-soft">
                  {expiresAt ? `Until ${formatInstant(expiresAt, timeZone)}` : "Until it is revoked"},{" "}
                  {lastUsedAt ? `last used ${formatInstant(lastUsedAt, timeZone)}` : "never used"}
                </p>
              </div>
              <SureButton
                verb="Revoke"
                name={`key ${id}`}
                pending={revoke.isPending}
                onSure={() => revoke.mutate(id)}
              />
            </li>
          ))}
        </ul>
      )}
      {revoke.isError && <ProblemNotice error={revoke.error} />}
      <IssueKey agentId={agentId} />
    </fieldset>
  )
}

function IssueKey({ agentId }: { readonly agentId: string }) {
  const [scopes, setScopes] = useState<readonly Scope[]>(USUAL)
  const [days, setDays] = useState<number | null>(90)
  const issue = useIssueKey(agentId)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (scopes.length > 0) issue.mutate({ scopes: [...scopes], days })
  }
  return (
    <form onSubmit={submit} className="grid gap-3">
      <CheckBoxes legend="A new key may" names={SCOPE_NAMES} chosen={scopes} onChange={setScopes} />
      <div className="flex flex-wrap items-end gap-3">
        <Field label="It is good for" className="w-44">
          {(ids) => (
            <Select
              {...ids}
              value={days ?? ""}
              onChange={(event) => setDays(event.target.value === "" ? null : Number(event.target.value))}
            >
              {DAYS.map((each) => (
                <option key={each} value={each ?? ""}>
                  {each === null ? "until it is revoked" : `${each} days`}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button type="submit" pending={issue.isPending} aria-disabled={scopes.length === 0}>
          Issue a key
        </Button>
      </div>
      {issue.isError && <ProblemNotice error={issue.error} />}
      {issue.data && (
        <ShownOnce
          label="The key"
          hint="Shown only now: keep it where only the agent finds it."
          text={issue.data.key}
        />
      )}
    </form>
  )
}
