import { z } from "zod"

/** GET /api/connections/google/start. `return`: a path of ours to come back to. */
export const StartConnectingRequest = z.object({ return: z.string().max(500).default("/") })

/** GET /api/connections/google/callback: RFC 6749 section 4.1.2. */
export const ConnectCallbackRequest = z.object({
  state: z.string().max(500).optional(),
  code: z.string().max(4_000).optional(),
  error: z.string().max(200).optional(),
})
