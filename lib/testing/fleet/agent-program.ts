import { type AgentOrder, type AgentStart, openAgent } from "./agent"

/* An agent in a process of its own: it keeps what it has read and claimed, as a session does, and takes one order after another. */

process.once("message", async (start: AgentStart) => {
  const agent = await openAgent(start)
  process.on("message", async (order: AgentOrder) => process.send?.(await agent.order(order)))
  process.once("disconnect", () => process.exit(0))
  process.send?.("ready")
})
process.send?.("started")
