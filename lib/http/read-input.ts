import type { z } from "zod"
import { problem } from "./problem"
import { isSafe } from "./same-origin"

export const MAX_BODY_BYTES = 256 * 1024

export type Read<T> =
  | { readonly kind: "read"; readonly input: T }
  | { readonly kind: "refused"; readonly response: Response }

/** A GET's query or a mutation's JSON body, checked. A schema of null reads nothing. */
export async function readInput<S extends z.ZodType>(request: Request, schema: S): Promise<Read<z.output<S>>> {
  const given = isSafe(request.method) ? { kind: "read" as const, input: query(request) } : await body(request)
  if (given.kind === "refused") return given
  const parsed = schema.safeParse(given.input)
  return parsed.success ? { kind: "read", input: parsed.data } : refused(problem("bad-request", sentence(parsed.error)))
}

const refused = (response: Response) => ({ kind: "refused", response }) as const

const query = (request: Request): unknown => Object.fromEntries(new URL(request.url).searchParams)

async function body(request: Request): Promise<Read<unknown>> {
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? "")) return refused(problem("not-json"))
  const text = await limitedText(request)
  if (text === null) return refused(problem("too-large", `at most ${MAX_BODY_BYTES / 1024} KB`))
  try {
    return { kind: "read", input: JSON.parse(text) }
  } catch {
    return refused(problem("bad-request", "the body is not JSON"))
  }
}

/** The body as text; null as soon as it turns out too long, whatever its length was said to be. */
export async function limitedText(request: Request): Promise<string | null> {
  if (Number(request.headers.get("content-length")) > MAX_BODY_BYTES) return null
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of request.body ?? []) {
    bytes += part.byteLength
    if (bytes > MAX_BODY_BYTES) return null
    parts.push(part)
  }
  return Buffer.concat(parts).toString("utf8")
}

/** "workingHours.start: write it as HH:MM" */
function sentence(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map((issue) => [issue.path.join("."), issue.message].filter(Boolean).join(": "))
    .join("; ")
}
