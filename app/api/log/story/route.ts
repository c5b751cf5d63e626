import { handle } from "@/lib/http/handle"
import { StoryRequest } from "@/lib/http/schemas/log"
import { showLogRow } from "@/lib/http/show/log"
import { readStory } from "@/lib/server/read-log"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/log/story", StoryRequest, async ({ input, person }) => {
  const rows = await readStory(wired, person, input.proposal)
  return { rows: rows.map(showLogRow) }
})
