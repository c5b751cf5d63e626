import { handle } from "@/lib/http/handle"

/** The process answers; it asks nobody else. */
export const GET = handle("GET /healthz", null, () => ({ up: true }))
