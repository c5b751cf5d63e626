import type { Problem } from "../http/schemas/workspace"

/** The API refused (RFC 9457), could not answer, or could not be reached (`status` 0, `code` "offline"). `message` is fit to be shown. */
export class ProblemError extends Error {
  override readonly name = "ProblemError"
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
  ) {
    super(message)
  }
}

interface JsonRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/**
 * One request to our own API. An outcome (409 conflict, 412, 202 ...) comes as `application/json` and is a value whatever its status; only
 * `application/problem+json` and what is no JSON at all are errors.
 *
 * @throws {ProblemError}
 */
export async function fetchJson<T>(path: string, request: JsonRequest = {}): Promise<T> {
  const response = await send(path, request)
  const type = response.headers.get("content-type") ?? ""
  if (type.startsWith("application/json")) return (await response.json()) as T
  if (response.ok && !type.startsWith("application/problem+json")) return undefined as T
  throw await refusalOf(response)
}

/** What an answer that is none says. */
export async function refusalOf(response: Response): Promise<ProblemError> {
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json")
  return isProblem
    ? asError((await response.json()) as Problem)
    : new ProblemError("Something went wrong on our side.", response.status, "fault")
}

/** @throws {ProblemError} when there was no answer */
export async function send(path: string, { method = "GET", body, headers, signal }: JsonRequest): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      signal: signal ?? null,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error
    throw new ProblemError("No connection to the server.", 0, "offline")
  }
}

function asError({ title, detail, status, code }: Problem): ProblemError {
  const head = title.replace(/\.$/, "")
  return new ProblemError(detail ? `${head}: ${detail}` : `${head}.`, status, code)
}

/** What to tell a person about any error. */
export const errorText = (error: unknown): string =>
  error instanceof ProblemError ? error.message : "Something went wrong in this page."

/** Refusals stay refusals; what may pass is tried again twice. */
export const worthRetrying = (failures: number, error: unknown): boolean =>
  failures < 2 && (!(error instanceof ProblemError) || error.status === 0 || error.status >= 500)
