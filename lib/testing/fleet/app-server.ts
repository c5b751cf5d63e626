import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { serve } from "@hono/node-server"
import { answerV1 } from "../../http/v1/app"

/* An app server in a process of its own: /api/v1 and nothing else, over the database of its environment. Says its address, and ends when its parent does. */

const server = serve({ fetch: answerV1, port: 0, hostname: "127.0.0.1" })
await once(server, "listening")
process.once("disconnect", () => process.exit(0))
process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
