import { EventSourceParserStream } from "eventsource-parser/stream"
import type { Ifmatch, Problem, Refused } from "./index"

/** What a run has read and is no longer so. `version`: what stands now; null: nothing. */
export interface DeadView {
  readonly key: string
  readonly version: string | null
}

const AGAIN_MS = 1_000

/**
 * Hears of each record that a run has read and that was changed since, until `signal` ends it (C6). A hint that comes sooner than the refusal of a write. A connection that ends is made again, and what is dead by then
 * is told first.
 * @returns why it is not allowed to listen; null: `signal` ended it
 */
export async function hearDeadViews(
  { raw }: Pick<Ifmatch, "raw">,
  runId: string,
  tell: (view: DeadView) => void,
  signal: AbortSignal,
): Promise<Omit<Refused, "retryAfterSeconds"> | null> {
  const path = { run_id: runId }
  while (!signal.aborted) {
    const answer = await raw
      .GET("/api/v1/record-runs/{run_id}/dead-views", { params: { path }, parseAs: "stream", signal })
      .catch(() => null)
    if (answer?.error && answer.response.status < 500 && answer.response.status !== 429)
      return { kind: "refused", status: answer.response.status, problem: answer.error as Problem }
    if (answer?.data) await heard(answer.data as ReadableStream<Uint8Array<ArrayBuffer>>, tell).catch(() => {})
    await pause(AGAIN_MS, signal)
  }
  return null
}

async function heard(body: ReadableStream<Uint8Array<ArrayBuffer>>, tell: (view: DeadView) => void): Promise<void> {
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
  for (const reader = events.getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) return
    if (value.event === "dead-view") tell(JSON.parse(value.data) as DeadView)
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener("abort", () => {
      clearTimeout(timer)
      resolve()
    })
  })
