import "server-only"
import { APICallError, JSONParseError, ToolChoiceViolationError, TypeValidationError } from "ai"
import type { ModelFailure } from "../../domain/model-use"
import { HostRefused } from "../outside-request"

const CONNECTION_CODES = /^(E[A-Z]+|UND_ERR_.*)$/

/** What kind of failure an error of the AI SDK is. Whatever is not known is no answer. */
export function failureOf(error: unknown): ModelFailure {
  if (isRefusedHost(error)) return "not-public"
  if (APICallError.isInstance(error)) {
    const { statusCode, cause } = error
    if (statusCode === undefined || isConnection(error)) return "unreachable"
    if (statusCode === 429 || statusCode >= 500) return "overloaded"
    if (statusCode >= 400) return "rejected"
    return JSONParseError.isInstance(cause) || TypeValidationError.isInstance(cause) ? "malformed" : "unreachable"
  }
  // It was to call a tool and talked instead, or stopped in the middle.
  if (ToolChoiceViolationError.isInstance(error)) return error.finishReason === "length" ? "endless" : "declined"
  return isConnection(error) ? "unreachable" : "malformed"
}

/** A connection that could not be made, or broke off; fetch wraps the socket's error in a TypeError. */
function isConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = "code" in error ? String(error.code) : ""
  return CONNECTION_CODES.test(code) || error.message === "terminated" || isConnection(error.cause)
}

const isRefusedHost = (error: unknown): boolean =>
  error instanceof Error && (error instanceof HostRefused || isRefusedHost(error.cause))
