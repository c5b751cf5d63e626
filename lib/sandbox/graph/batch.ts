import { z } from "zod"
import type { Api } from "../http/pipeline"
import { graphRefusal } from "./errors"

const PARTS = 20
/** Graph passes so many parts to Outlook at once. */
const AT_ONCE = 4

const Batch = z.strictObject({
  requests: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        method: z.string().toUpperCase(),
        url: z.string().min(1),
        headers: z.record(z.string(), z.string()).optional(),
        body: z.unknown().optional(),
        dependsOn: z.array(z.string()).optional(),
      }),
    )
    .min(1)
    .max(PARTS),
})
type Part = z.infer<typeof Batch>["requests"][number]

interface Answered {
  readonly id: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/**
 * `$batch` of Graph (JSON batching): each part is a request of its own, with its own fate, its own place among the mailbox's four and its own status. What depends on a part that failed is
 * answered 424. The envelope itself counts for nothing.
 * @param pass carries out one part
 */
export const batchApi = (graph: Api, pass: (part: Request) => Promise<Response>): Api => ({
  ...graph,
  admission: null,
  async execute(request, bearer) {
    if (!bearer) return graphRefusal("unauthorized")
    const parsed = Batch.safeParse(await request.json().catch(() => null))
    if (!parsed.success || !inOrder(parsed.data.requests)) return graphRefusal("invalid")
    return Response.json({ responses: await allOf(parsed.data.requests, (part) => passed(request, part, pass)) })
  },
})

/** Every id once, and none waits for what comes later. */
function inOrder(parts: readonly Part[]): boolean {
  const seen = new Set<string>()
  return parts.every(({ id, dependsOn = [] }) => {
    const fits = !seen.has(id) && dependsOn.every((other) => seen.has(other))
    seen.add(id)
    return fits
  })
}

async function allOf(parts: readonly Part[], answer: (part: Part) => Promise<Answered>): Promise<Answered[]> {
  const running = new Map<string, Promise<Answered>>()
  const turns: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve())
  for (const [i, part] of parts.entries()) {
    const before = [turns[i % AT_ONCE], ...(part.dependsOn ?? []).map((id) => running.get(id))]
    const turn = Promise.all(before).then(([, ...needed]) =>
      needed.some((other) => (other as Answered).status >= 400) ? failedWith(part) : answer(part),
    )
    running.set(part.id, turn)
    turns[i % AT_ONCE] = turn
  }
  return Promise.all(running.values())
}

const failedWith = ({ id }: Part): Answered => ({
  id,
  status: 424,
  headers: { "Content-Type": "application/json" },
  body: { error: { code: "FailedDependency", message: "A request that this one depends on has failed." } },
})

async function passed(
  envelope: Request,
  { id, method, url, headers, body }: Part,
  pass: (part: Request) => Promise<Response>,
): Promise<Answered> {
  const at = new URL(envelope.url)
  const sent = new Headers({ ...headers, authorization: envelope.headers.get("authorization") ?? "" })
  const text = body === undefined ? null : JSON.stringify(body)
  const path = at.pathname.replace(/\/\$batch$/, url.startsWith("/") ? "" : "/")
  const response = await pass(new Request(`${at.origin}${path}${url}`, { method, headers: sent, body: text }))
  const answer = await response.text()
  return {
    id,
    status: response.status,
    headers: Object.fromEntries(response.headers),
    ...(answer !== "" && { body: JSON.parse(answer) }),
  }
}
