import { type ApiWorld, openApiWorld } from "../api/world"
import { answer, ORIGIN } from "../app"

/** The API and MCP over a database, and a record that agents share. */
export async function openShared() {
  const world = await openApiWorld()
  let fresh = 0
  return {
    world,
    /** What an adapter is given: who it speaks for. */
    optionsFor: (agent: keyof ApiWorld["keys"]) => ({
      baseUrl: ORIGIN,
      key: world.keys[agent],
      fetch: (request: Request) => {
        request.headers.set("host", new URL(ORIGIN).host)
        return answer(request)
      },
    }),
    async made(value: object = {}) {
      const key = `adapters/board-${++fresh}.json`
      await world.ask("PUT", at(key), { body: { value }, headers: { "if-none-match": "*" } })
      return key
    },
    value: async (key: string) => ((await (await world.ask("GET", at(key))).json()) as { value: unknown }).value,
    /** How its versions came about, oldest first. */
    async history(key: string) {
      const { items } = (await (await world.ask("GET", `${at(key)}/history`)).json()) as {
        items: { actor: { id: string }; how: string }[]
      }
      return items.map(({ actor, how }) => `${actor.id} ${how}`).reverse()
    },
    close: () => world.close(),
  }
}

const at = (key: string) => `/records/${encodeURIComponent(key)}`
