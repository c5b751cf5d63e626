import { handle } from "@/lib/http/handle"
import type { ConnectionsView } from "@/lib/http/schemas/connection"
import { listConnections } from "@/lib/server/list-connections"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/connections", null, async ({ person }): Promise<ConnectionsView> => {
  return { connections: await listConnections(wired, person), shareTitles: person.shareTitles }
})
