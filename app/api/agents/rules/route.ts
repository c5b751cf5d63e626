import { handle } from "@/lib/http/handle"
import { RulesRequest } from "@/lib/http/schemas/agents"
import { changeRules } from "@/lib/server/change-rules"
import { wired } from "@/lib/server/wiring"

export const PATCH = handle("PATCH /api/agents/rules", RulesRequest, ({ input, person }) =>
  changeRules(wired, person, input),
)
