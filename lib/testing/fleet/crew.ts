import { once } from "node:events"
import { fileURLToPath } from "node:url"
import type { ApiWorld } from "../api/world"
import { forkProgram } from "../fork-program"
import { type AgentAnswer, type AgentOrder, type AgentStart, openAgent } from "./agent"

const program = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url))

/** A process that is asked one thing at a time. */
export interface Agent {
  order(order: AgentOrder): Promise<AgentAnswer>
  /** As a laptop that is closed: SIGSTOP. What it is ordered meanwhile it does on waking. */
  sleep(): void
  wake(): void
}

export interface Crew {
  readonly kind: AgentStart["kind"]
  readonly agents: readonly Agent[]
}

/**
 * One crew over two app servers, servers and agents each a process of its own; and one that shares a table in the same database, each with a connection of its own, which is all that a careless
 * agent has of the world. All end with `close`.
 */
export interface Fleet {
  readonly ours: Crew
  readonly lastWriteWins: Crew
  close(): Promise<void>
}

/** @param world its environment is what the app servers inherit */
export async function openFleet(world: ApiWorld, databaseUrl: string, size: number): Promise<Fleet> {
  await world.owner.query("create table last_write_wins (key text primary key, value jsonb not null)")
  const children: Awaited<ReturnType<typeof forkProgram>>[] = []
  async function start(name: string) {
    const child = await forkProgram(program(name))
    children.push(child)
    const [said] = await once(child, "message")
    return { child, said: said as string }
  }
  async function agent(begin: AgentStart): Promise<Agent> {
    const { child } = await start("agent-program")
    child.send(begin)
    await once(child, "message")
    const ended = once(child, "exit").then(([code, signal]) => {
      throw new Error(`an agent ended with ${signal ?? code}`)
    })
    ended.catch(() => {})
    return {
      sleep: () => child.kill("SIGSTOP"),
      wake: () => child.kill("SIGCONT"),
      async order(order) {
        const answered = once(child, "message").then(([answer]) => answer as AgentAnswer)
        child.send(order)
        return Promise.race([answered, ended])
      },
    }
  }
  const servers = [(await start("app-server")).said, (await start("app-server")).said]
  const numbers = Array.from({ length: size }, (_, n) => n)
  const keys = [world.keys.top, world.keys.mid, world.keys.low]
  const careful = await Promise.all(
    numbers.map((n) => agent({ kind: "ours", url: servers[n % 2] ?? "", key: keys[n % 3] ?? "" })),
  )
  const careless = await Promise.all(
    numbers.map(async () => ({
      ...(await openAgent({ kind: "last-write-wins", databaseUrl })),
      sleep: () => {},
      wake: () => {},
    })),
  )
  return {
    ours: { kind: "ours", agents: careful },
    lastWriteWins: { kind: "last-write-wins", agents: careless },
    async close() {
      for (const child of children) child.kill("SIGKILL")
      await Promise.all(careless.map((each) => each.close()))
    },
  }
}
