import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { ChangeRoleRequest } from "@/lib/http/schemas/workspace"
import { changeRole } from "@/lib/server/change-role"
import { wired } from "@/lib/server/wiring"

export const PATCH = handle("PATCH /api/members/:id", ChangeRoleRequest, async ({ input, params, person }) => {
  const outcome = await changeRole(wired, person, params.id, input.role)
  if (outcome === "not-found") return problem("not-found")
  return outcome === "last-admin" ? problem("last-admin", "make somebody else an admin first") : { role: input.role }
})
