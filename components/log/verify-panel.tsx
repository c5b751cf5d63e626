"use client"

import { RefreshCw, ShieldCheck } from "lucide-react"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useVerify, type Verification } from "@/lib/client/log"

interface VerifyPanelProps {
  readonly unsealed: number | null
  readonly isReading: boolean
  readonly onRefresh: () => void
}

/** Recomputes every hash on the server and says what was found, and what a good result does not prove. */
export function VerifyPanel({ unsealed, isReading, onRefresh }: VerifyPanelProps) {
  const verify = useVerify()
  return (
    <Card className="grid gap-4 p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-3">
        <p className="flex-1 basis-60 text-sm text-ink-soft">
          Every row is hashed into one chain and signed.{" "}
          {unsealed !== null &&
            (unsealed === 0
              ? "All rows are sealed."
              : `${unsealed} ${unsealed === 1 ? "row is" : "rows are"} not yet sealed.`)}
        </p>
        <Button pending={isReading} onClick={onRefresh}>
          {!isReading && <RefreshCw aria-hidden />} Refresh
        </Button>
        <Button variant="primary" pending={verify.isPending} onClick={() => verify.mutate()}>
          {!verify.isPending && <ShieldCheck aria-hidden />} Verify
        </Button>
      </div>
      {verify.isError && <ProblemNotice error={verify.error} />}
      {verify.data && <Result found={verify.data} />}
    </Card>
  )
}

function Result({ found }: { readonly found: Verification }) {
  return (
    <div className="grid gap-3 text-sm">
      <Notice tone={found.ok ? "good" : "danger"} live>
        <strong className="font-semibold">
          {found.ok ? "The log is intact." : `The log is not intact: ${found.problems.length} findings.`}
        </strong>{" "}
        {found.size} rows in {found.tookMs} ms.
      </Notice>
      {found.problems.length > 0 && (
        <ul className="grid list-disc gap-1 pl-5">
          {found.problems.map(({ kind, seq, text }) => (
            <li key={`${kind} ${seq}`}>
              {seq !== null && <>Place {seq}: </>}
              {text}
            </li>
          ))}
        </ul>
      )}
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-4">
        <Figure name="Rows" value={String(found.size)} />
        <Figure name="Not yet sealed" value={String(found.unsealed)} />
        <Figure name="Signed checkpoints" value={String(found.checkpoints)} />
        <Figure name="Kept outside" value={String(found.outsideCheckpoints)} />
      </dl>
      <div>
        <p className="text-xs text-ink-soft">Root</p>
        <p className="font-mono text-xs [overflow-wrap:anywhere]">{found.root}</p>
      </div>
      <details>
        <summary className="rounded py-1 text-ink-soft">What this does not prove</summary>
        <ul className="mt-1 grid list-disc gap-1 pl-5">
          {found.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
        </ul>
      </details>
    </div>
  )
}

const Figure = ({ name, value }: { readonly name: string; readonly value: string }) => (
  <div>
    <dt className="text-xs text-ink-soft">{name}</dt>
    <dd className="text-lg font-semibold">{value}</dd>
  </div>
)
