import { handle } from "@/lib/http/handle"
import { type LogStory, StoryRequest } from "@/lib/http/schemas/log"
import { showLogRow } from "@/lib/http/show/log"
import { showOwnProposal } from "@/lib/http/show/proposal"
import { readStory } from "@/lib/server/read-log"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/log/story", StoryRequest, async ({ input, person }): Promise<LogStory> => {
  const [rows, proposal] = await Promise.all([
    readStory(wired, person, input.proposal),
    showOwnProposal(wired.store, person, input.proposal),
  ])
  return { rows: rows.map(showLogRow), proposal }
})
