import { handle } from "@/lib/http/handle"
import type { MembersView } from "@/lib/http/schemas/workspace"
import { listMembers } from "@/lib/server/list-members"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/members", null, ({ person }): Promise<MembersView> => listMembers(wired, person))
