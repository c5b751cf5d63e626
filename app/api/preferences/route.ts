import { handle } from "@/lib/http/handle"
import { seenVersion } from "@/lib/http/if-match"
import { outcomeResponse } from "@/lib/http/outcome-response"
import { problem } from "@/lib/http/problem"
import { PreferencesRequest, type PreferencesView } from "@/lib/http/schemas/preferences"
import { readPreferences } from "@/lib/server/read-preferences"
import { wired } from "@/lib/server/wiring"
import { writePreferences } from "@/lib/server/write-preferences"

export const GET = handle(
  "GET /api/preferences",
  null,
  ({ person }): Promise<PreferencesView> => readPreferences(wired, person),
)

export const PUT = handle("PUT /api/preferences", PreferencesRequest, async ({ input, person, request }) => {
  const seen = seenVersion(request)
  if (!seen && request.headers.get("if-none-match") !== "*") return problem("precondition-required")
  const written = await writePreferences(wired, person, input.preferences, seen)
  return written.kind === "applied" ? written : outcomeResponse(written, request)
})
