import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { describe, expect, test } from "vitest"

/*
 * The floors of the house: who may import whom. An allow-list: what is not named here is refused. Paths are from the root; a trailing slash means
 * everything below. `pkg:` names a package, `node:` a built-in (`node:*` all of them).
 */

const DOMAIN = ["lib/domain/"]
const DOMAIN_PACKAGES = [
  "pkg:windows-iana",
  "pkg:temporal-polyfill",
  "pkg:rrule-temporal",
  "pkg:@noble/hashes",
  "pkg:canonicalize",
]
const ADAPTER = [...DOMAIN, "lib/ports/", "lib/config/", "pkg:server-only", "pkg:temporal-polyfill", "node:*"]
const REACT = ["react", "react-dom", "next", "next-auth", "@tanstack/react-query"].map((name) => `pkg:${name}`)
const UI = ["components/ui/", "lib/client/", ...DOMAIN, "lib/http/schemas/"]
const UI_PACKAGES = [
  ...["react-query", "react-table"].map((name) => `pkg:@tanstack/${name}`),
  ...[
    "class-variance-authority",
    "clsx",
    "tailwind-merge",
    "radix-ui",
    "lucide-react",
    "sonner",
    "next-themes",
    "nuqs",
    "get-nonce",
  ].map((n) => `pkg:${n}`),
  "pkg:@fullcalendar/react",
  "pkg:@dnd-kit/core",
  "pkg:@dnd-kit/sortable",
  "pkg:swagger-ui-dist",
  "pkg:temporal-polyfill",
]

interface Floor {
  readonly at: string
  readonly may: readonly string[]
}

/** The first that fits counts. */
const FLOORS: readonly Floor[] = [
  { at: "lib/domain/", may: [...DOMAIN, ...DOMAIN_PACKAGES] },
  { at: "lib/config/", may: ["lib/config/", "pkg:zod", "pkg:server-only"] },
  { at: "lib/ports/", may: ["lib/ports/", ...DOMAIN] },
  { at: "lib/adapters/google/", may: ["lib/adapters/google/", ...ADAPTER, "pkg:googleapis"] },
  {
    at: "lib/adapters/caldav/",
    may: ["lib/adapters/caldav/", "lib/adapters/outside-request", ...ADAPTER, "pkg:tsdav", "pkg:rrule-temporal"],
  },
  {
    at: "lib/adapters/microsoft/",
    may: [
      "lib/adapters/microsoft/",
      ...ADAPTER,
      "pkg:@microsoft/microsoft-graph-client",
      "pkg:@microsoft/microsoft-graph-types",
    ],
  },
  {
    at: "lib/adapters/postgres/",
    may: [
      "lib/adapters/postgres/",
      "lib/adapters/record-writes",
      ...ADAPTER,
      "generated/prisma/",
      "pkg:@prisma/adapter-pg",
      "pkg:@prisma/client",
      "pkg:pg",
    ],
  },
  { at: "lib/adapters/planner-grammar/", may: ["lib/adapters/planner-grammar/", ...ADAPTER] },
  {
    at: "lib/adapters/planner-llm/",
    may: [
      "lib/adapters/planner-llm/",
      "lib/adapters/outside-request",
      ...ADAPTER,
      ...["ai", "@ai-sdk/openai-compatible", "@ai-sdk/anthropic", "@ai-sdk/google", "zod"].map((n) => `pkg:${n}`),
    ],
  },
  { at: "lib/adapters/next-auth/", may: ["lib/adapters/next-auth/", ...ADAPTER, "pkg:next-auth", "pkg:next"] },
  { at: "lib/adapters/oauth/", may: ["lib/adapters/oauth/", ...ADAPTER, "pkg:jose", "pkg:zod"] },
  { at: "lib/adapters/pino/", may: ["lib/adapters/pino/", ...ADAPTER, "pkg:pino"] },
  { at: "lib/adapters/jobs/", may: ["lib/adapters/jobs/", ...ADAPTER, "pkg:graphile-worker"] },
  { at: "lib/adapters/vault/", may: ["lib/adapters/vault/", ...ADAPTER] },
  { at: "lib/adapters/files/", may: ["lib/adapters/files/", "lib/adapters/record-writes", ...ADAPTER] },
  { at: "lib/adapters/objects/", may: ["lib/adapters/objects/", "lib/adapters/record-writes", ...ADAPTER] },
  {
    at: "lib/adapters/webhooks/",
    may: ["lib/adapters/webhooks/", "lib/adapters/outside-request", ...ADAPTER, "pkg:standardwebhooks"],
  },
  { at: "lib/adapters/outside-request.ts", may: [...ADAPTER, "pkg:undici"] },
  { at: "lib/adapters/", may: ADAPTER },
  {
    at: "lib/sandbox/",
    may: [
      "lib/sandbox/",
      ...DOMAIN,
      "lib/config/",
      "node:*",
      ...[
        "hono",
        "@hono/node-server",
        "pg",
        "jose",
        "zod",
        "temporal-polyfill",
        "rrule-temporal",
        "googleapis",
        "@microsoft/microsoft-graph-types",
      ].map((n) => `pkg:${n}`),
    ],
  },
  {
    at: "lib/server/wiring.ts",
    may: ["lib/server/", ...DOMAIN, "lib/ports/", "lib/adapters/", "lib/config/", "pkg:server-only", "node:*"],
  },
  {
    at: "lib/server/cli/plan.ts",
    may: ["lib/server/", ...DOMAIN, "lib/ports/", "lib/adapters/planner-grammar/", "node:*"],
  },
  { at: "lib/server/cli/", may: ["lib/server/", ...DOMAIN, "lib/ports/", "node:*"] },
  {
    at: "lib/server/",
    may: ["lib/server/", ...DOMAIN, "lib/ports/", "pkg:server-only", "pkg:next", "pkg:react", "pkg:zod", "node:crypto"],
  },
  { at: "lib/http/schemas/", may: ["lib/http/schemas/", ...DOMAIN, "pkg:zod"] },
  {
    at: "lib/http/v1/",
    may: [
      "lib/http/",
      ...DOMAIN,
      "lib/ports/",
      "lib/server/",
      "pkg:hono",
      "pkg:@hono/zod-openapi",
      "pkg:@hono/node-server",
    ],
  },
  {
    at: "lib/http/mcp/",
    may: ["lib/http/", ...DOMAIN, "lib/ports/", "lib/server/", "pkg:@modelcontextprotocol/sdk", "pkg:zod"],
  },
  { at: "lib/http/", may: ["lib/http/", ...DOMAIN, "lib/ports/", "lib/server/", "pkg:zod"] },
  {
    at: "lib/launch/tests/",
    may: ["lib/launch/", "node:*", "pkg:vitest", "pkg:@sparticuz/chromium", "pkg:@playwright/test"],
  },
  {
    at: "lib/launch/",
    may: [
      "lib/launch/",
      "lib/config/",
      "node:*",
      "pkg:pg",
      "pkg:graphile-worker",
      "pkg:@sparticuz/chromium",
      "pkg:@playwright/test",
      "pkg:@prisma/driver-adapter-utils",
      "pkg:@prisma/schema-engine-wasm",
      "pkg:@prisma/adapter-pg",
    ],
  },
  {
    at: "lib/client/",
    may: [
      "lib/client/",
      ...DOMAIN,
      "lib/http/schemas/",
      "pkg:@tanstack/react-query",
      "pkg:react",
      "pkg:sonner",
      "pkg:zod",
    ],
  },
  // a package of its own, for people who have nothing else of ours
  {
    at: "lib/api-client/adapters/",
    may: [
      "lib/api-client/",
      "pkg:@modelcontextprotocol/sdk",
      "pkg:ai",
      "pkg:@openai/agents",
      "pkg:@langchain/langgraph",
    ],
  },
  { at: "lib/api-client/", may: ["lib/api-client/", "pkg:openapi-fetch", "pkg:eventsource-parser"] },
  { at: "lib/testing/", may: ["*"] },
  { at: "app/api/", may: ["lib/http/", "lib/server/"] },
  { at: "app/healthz/", may: ["lib/http/", "lib/server/"] },
  { at: "app/readyz/", may: ["lib/http/", "lib/server/"] },
  {
    at: "app/",
    may: ["app/", "components/", "lib/client/", "lib/server/", ...DOMAIN, "lib/http/", ...REACT, "pkg:next-themes"],
  },
  { at: "components/ui/", may: [...UI, ...UI_PACKAGES, ...REACT] },
  { at: "prisma/", may: ["*"] },
  { at: "e2e/", may: ["*"] },
]

const FEATURE = /^components\/([^/]+)\//
const ROOT = path.join(import.meta.dirname, "../..")
const TEST = /\.(test|spec)\.(tsx?|mjs)$|\/testing\//
const SPECIFIER =
  /(?:^|\n)\s*(?:import|export)\s[^"'`]*?from\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*(?:\/\*.*?\*\/\s*)?["']([^"']+)["']\s*\)/g

function walk(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const at = `${folder}/${entry.name}`
    if (entry.isDirectory()) return walk(at)
    return /\.(ts|tsx|mjs|mts)$/.test(entry.name) && !/\.d\.m?ts$/.test(entry.name) ? [at] : []
  })
}

/** What a specifier names: a path from the root, `pkg:name`, or `node:name`. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith("node:")) return specifier
  if (specifier.startsWith("@/")) return specifier.slice(2)
  if (specifier.startsWith(".")) return path.posix.join(path.posix.dirname(file), specifier)
  const [first = "", second = ""] = specifier.split("/")
  return `pkg:${first.startsWith("@") ? `${first}/${second}` : first}`
}

function floorOf(file: string): Floor | undefined {
  const feature = FEATURE.exec(file)?.[1]
  if (feature && feature !== "ui")
    return { at: `components/${feature}/`, may: [`components/${feature}/`, ...UI, ...UI_PACKAGES, ...REACT] }
  return FLOORS.find((floor) => file.startsWith(floor.at))
}

function allowed(floor: Floor, target: string): boolean {
  return floor.may.some((rule) => {
    if (rule === "*") return true
    if (rule === "node:*") return target.startsWith("node:")
    return rule.endsWith("/") ? target.startsWith(rule) || `${target}/` === rule : target === rule
  })
}

function trespasses(file: string, source: string): string[] {
  const floor = floorOf(file)
  if (!floor) return [`${file}: lies on no floor`]
  return [...source.matchAll(SPECIFIER)]
    .map((match) => targetOf(file, match[1] ?? match[2] ?? match[3] ?? ""))
    .filter((target) => !allowed(floor, target))
    .map((target) => `${file} (${floor.at}) imports ${target}`)
}

const files = ["lib", "app", "components", "prisma", "e2e"].flatMap(walk).filter((file) => !TEST.test(file))

describe("floors", () => {
  test("every file keeps to what its floor may import", () => {
    expect(files.length).toBeGreaterThan(100)
    expect(files.flatMap((file) => trespasses(file, readFileSync(path.join(ROOT, file), "utf8")))).toEqual([])
  })

  test.each([
    ["lib/domain/x.ts", 'import pg from "pg"'],
    ["lib/domain/x.ts", 'import { readFile } from "node:fs/promises"'],
    ["lib/server/x.ts", 'import { googleCalendars } from "../adapters/google/adapter"'],
    ["lib/server/x.ts", 'import { env } from "../config/env"'],
    ["lib/adapters/google/x.ts", 'import { y } from "../postgres/client"'],
    ["lib/sandbox/x.ts", 'import { say } from "../server/say"'],
    ["lib/server/x.ts", 'import { generateText } from "ai"'],
    ["lib/client/x.ts", 'import { useChat } from "@ai-sdk/react"'],
    ["lib/api-client/x.ts", 'import { generateText } from "ai"'],
    ["lib/adapters/planner-llm/x.ts", 'import { grammarPlanner } from "../planner-grammar/planner"'],
    ["components/calendar/x.tsx", 'import { z } from "../conflict/dialog"'],
    ["components/calendar/x.tsx", 'import { wired } from "@/lib/server/wiring"'],
    ["app/api/x/route.ts", 'import { postgresClient } from "@/lib/adapters/postgres/client"'],
    ["lib/elsewhere/x.ts", ""],
  ])("a trespass is seen: %s: %s", (file, source) => {
    expect(trespasses(file, source)).toHaveLength(1)
  })

  test("modules that hold secrets or reach the database cannot be bundled for a browser", () => {
    const guarded = files.filter(
      (file) =>
        /^lib\/(adapters|server)\//.test(file) &&
        !file.startsWith("lib/adapters/planner-grammar/") &&
        !file.startsWith("lib/server/cli/"),
    )
    const open = guarded.filter((file) => !readFileSync(path.join(ROOT, file), "utf8").includes('import "server-only"'))
    expect(open).toEqual([])
  })
})
