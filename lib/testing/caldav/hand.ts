import { basic, type CaldavServer, type PersonName } from "./servers"

/** A resource as the server holds it. */
export interface Held {
  readonly text: string
  readonly etag: string
}

/** A person at a calendar program of their own: past the witness, and without preconditions. */
export function handOf(server: CaldavServer, person: PersonName) {
  const calendar = `${server.url}${server.homeOf(person)}${server.calendarId}/`

  async function ask(method: string, name: string, body?: string): Promise<Response> {
    // a compressed answer's etag is another one, and weak
    const plain = { "accept-encoding": "identity", "content-type": "text/calendar; charset=utf-8" }
    const headers = { authorization: basic(person), ...plain }
    const answer = await fetch(`${calendar}${name}`, { method, headers, ...(body !== undefined && { body }) })
    if (!answer.ok) throw new Error(`${server.name}: ${method} ${name}: ${answer.status} ${await answer.text()}`)
    return answer
  }

  async function read(name: string): Promise<Held> {
    const answer = await ask("GET", name)
    return { text: await answer.text(), etag: answer.headers.get("etag") ?? "" }
  }

  return {
    read,
    async write(name: string, text: string): Promise<Held> {
      await (await ask("PUT", name, text)).text()
      return read(name)
    },
    /** Rewrites what is there. */
    async edit(name: string, change: (text: string) => string): Promise<Held> {
      await (await ask("PUT", name, change((await read(name)).text))).text()
      return read(name)
    },
    async remove(name: string): Promise<void> {
      await (await ask("DELETE", name)).text()
    },
    /** Names of all resources in the calendar. */
    async names(): Promise<string[]> {
      const headers = { authorization: basic(person), depth: "1" }
      const text = await (await fetch(calendar, { method: "PROPFIND", headers })).text()
      return [...text.matchAll(/([^/<>]+\.ics)</g)].map(([, name]) => decodeURIComponent(name ?? ""))
    },
  }
}

export type Hand = ReturnType<typeof handOf>
