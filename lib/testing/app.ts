import { generateKeyPairSync, randomBytes } from "node:crypto"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import nodePath from "node:path"
import { ROUTES, type RouteName } from "../http/routes"
import { SANDBOX_NOW } from "./sandbox"

const ROOT = nodePath.join(import.meta.dirname, "../..")

export const ORIGIN = "http://localhost:3000"

/** Gives this process the environment of an installation. Before anything asks for the wiring, and once: settings are parsed once. */
export function installApp(urls: { readonly databaseUrl: string; readonly sandboxUrl: string }): void {
  Object.assign(process.env, {
    DATABASE_URL: urls.databaseUrl,
    SANDBOX_URL: urls.sandboxUrl,
    IFMATCH_CLOCK: SANDBOX_NOW,
    NEXTAUTH_URL: ORIGIN,
    NEXTAUTH_SECRET: randomBytes(32).toString("base64url"),
    IFMATCH_KEK: randomBytes(32).toString("base64"),
    IFMATCH_KEK_ID: "test",
    IFMATCH_LOG_KEY: generateKeyPairSync("ed25519")
      .privateKey.export({ type: "pkcs8", format: "der" })
      .toString("base64"),
    IFMATCH_DATA: mkdtempSync(nodePath.join(tmpdir(), "ifmatch-test-")),
    LOG_LEVEL: "silent",
  })
}

/** Where Next looks for a route of the table: `/api/members/:id` lies in `app/api/members/[id]`. */
export const folderOf = (path: string): string =>
  `app${path.replace(/:(\w+)/g, "[$1]").replace("*", path.startsWith("/api/auth/") ? "[...nextauth]" : "[...path]")}`.replace(
    /\/$/,
    "",
  )

type Verb = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>

/** Answers a request with the app's own route module, as Next would, without a server. @throws when no route of the table fits. */
export async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const [verb = "", path = ""] = name.split(" ")
    const found = verb === request.method && pattern(path).exec(pathname)
    if (!found) continue
    const module = (await import(/* @vite-ignore */ `${ROOT}/${folderOf(path)}/route.ts`)) as Readonly<
      Record<string, Verb | undefined>
    >
    const route = module[verb]
    if (!route) throw new Error(`${folderOf(path)}/route.ts has no ${verb}`)
    const params = Object.fromEntries(
      Object.entries(found.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]),
    )
    return route(request, { params: Promise.resolve(params) })
  }
  throw new Error(`no route for ${request.method} ${pathname}`)
}

const pattern = (path: string): RegExp => new RegExp(`^${path.replace(/:(\w+)/g, "(?<$1>[^/]+)").replace("*", ".+")}$`)

/** Starts all of them in one turn of the event loop, after everybody is ready; their results in order. */
export const atTheSameMoment = <T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> =>
  Promise.all(tasks.map((task) => task()))
