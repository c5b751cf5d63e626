import { z } from "zod"

/** `z.url` would take `javascript:`; these are addresses that we fetch or hand to a browser. */
const Origin = z
  .string()
  .refine(isHttpOrigin, "must be the address of a site, like http://localhost:3000, without a path")
  .transform((text) => new URL(text).origin)

const Postgres = z.string().regex(/^postgres(ql)?:\/\//, "must be a postgresql:// address")

const ApiBase = z
  .string()
  .refine(isHttpBase, "must be an address like http://localhost:11434/v1, without a query")
  .transform((text) => text.replace(/\/+$/, ""))

const Price = z
  .string()
  .regex(/^\d+(\.\d+)?\/\d+(\.\d+)?$/, "must be IN/OUT, the price of a million tokens each, like 3/15")
  .transform((text) => {
    const [input = 0, output = 0] = text.split("/").map(Number)
    return { input, output }
  })

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/
const Key = z.string().refine(is256Bits, "must be 32 bytes in base64")
const KeyId = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, "must be 1 to 32 letters, digits, - or _")

const OldKeys = z
  .string()
  .default("")
  .transform((text) => text.split(",").filter((part) => part.trim() !== ""))
  .transform((parts) => parts.map((part) => part.trim().split(":")))
  .refine(
    (pairs) =>
      pairs.every(([id = "", key = "", ...rest]) => KeyId.safeParse(id).success && is256Bits(key) && rest.length === 0),
    "must be id:base64,id:base64 with 32 bytes each",
  )
  .transform((pairs): Readonly<Record<string, string>> => Object.fromEntries(pairs))

const Settings = z
  .object({
    DATABASE_URL: Postgres,
    /** A direct connection for LISTEN, where the main one goes through a transaction pooler. */
    DATABASE_LISTEN_URL: Postgres.optional(),
    NEXTAUTH_URL: Origin,
    NEXTAUTH_SECRET: z.string().min(32, "must have at least 32 characters"),
    IFMATCH_KEK: Key,
    IFMATCH_KEK_ID: KeyId,
    /** Key-encryption keys that are still read but no longer sealed with. */
    IFMATCH_KEKS_OLD: OldKeys,
    IFMATCH_LOG_KEY: z.string().min(32).regex(BASE64, "must be an Ed25519 key (PKCS #8) in base64"),
    IFMATCH_DATA: z.string().min(1, "must name a folder"),
    /** ISO instant at which "now" starts when the process starts. */
    IFMATCH_CLOCK: z.iso.datetime({ offset: true, error: "must be an instant like 2026-11-23T08:00:00Z" }).optional(),
    /** How often a calendar is read again although its provider has not called. */
    IFMATCH_POLL_SECONDS: z.coerce.number("must be a number of seconds").min(1).max(86_400).default(300),
    /** "off": another process does the jobs (`npm run worker`). */
    IFMATCH_WORKER: z.enum(["on", "off"], "must be on or off").default("on"),
    /** "1": CalDAV accounts may also be at plain http and at hosts of a private network. */
    IFMATCH_CALDAV_PRIVATE_HOSTS: z.enum(["0", "1"], "must be 0 or 1").default("0"),
    /** "1": webhooks and models of workspaces may also be on this machine, by plain http too. For development. */
    IFMATCH_WEBHOOK_LOOPBACK: z.enum(["0", "1"], "must be 0 or 1").default("0"),
    SANDBOX_URL: Origin.optional(),
    GOOGLE_CLIENT_ID: z.string().min(1).optional(),
    GOOGLE_CLIENT_SECRET: z.string().min(1).optional(),
    MICROSOFT_CLIENT_ID: z.string().min(1).optional(),
    MICROSOFT_CLIENT_SECRET: z.string().min(1).optional(),
    /** The language model that plans; unset, the grammar plans alone. */
    IFMATCH_LLM: z
      .enum(["openai-compatible", "anthropic", "google"], "must be openai-compatible, anthropic or google")
      .optional(),
    IFMATCH_LLM_MODEL: z.string().max(200, "must be a model's name").optional(),
    /** With `openai-compatible`: where the API begins. With the others: a proxy of theirs. */
    IFMATCH_LLM_BASE_URL: ApiBase.optional(),
    IFMATCH_LLM_KEY: z.string().optional(),
    IFMATCH_LLM_TIMEOUT_MS: z.coerce
      .number("must be a number of milliseconds")
      .int("must be a whole number of milliseconds")
      .min(100, "must be at least 100")
      .max(120_000, "must be at most 120000")
      .default(8_000),
    IFMATCH_LLM_PRICE: Price.optional(),
    LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
  })
  .superRefine((settings, context) => {
    const refuse = (name: string, message: string) => context.addIssue({ code: "custom", path: [name], message })
    for (const provider of ["GOOGLE", "MICROSOFT"] as const) {
      const [id, secret] = [settings[`${provider}_CLIENT_ID`], settings[`${provider}_CLIENT_SECRET`]]
      if (id && !secret) refuse(`${provider}_CLIENT_SECRET`, `must be set, because ${provider}_CLIENT_ID is`)
      if (secret && !id) refuse(`${provider}_CLIENT_ID`, `must be set, because ${provider}_CLIENT_SECRET is`)
    }
    if (!settings.SANDBOX_URL && !settings.GOOGLE_CLIENT_ID && !settings.MICROSOFT_CLIENT_ID)
      refuse("SANDBOX_URL", "must be set when neither GOOGLE_CLIENT_ID nor MICROSOFT_CLIENT_ID is")
    const { IFMATCH_LLM: model } = settings
    const needed = ["MODEL", model === "openai-compatible" ? "BASE_URL" : "KEY"] as const
    for (const part of needed)
      if (model && !settings[`IFMATCH_LLM_${part}`])
        refuse(`IFMATCH_LLM_${part}`, `must be set, because IFMATCH_LLM is ${model}`)
    for (const part of ["MODEL", "BASE_URL", "KEY"] as const)
      if (!model && settings[`IFMATCH_LLM_${part}`])
        refuse("IFMATCH_LLM", `must be set, because IFMATCH_LLM_${part} is`)
    if (settings.IFMATCH_KEK_ID in settings.IFMATCH_KEKS_OLD)
      refuse("IFMATCH_KEKS_OLD", "must not hold the current key's id")
  })

export type Settings = z.infer<typeof Settings>

/** The environment does not describe a runnable installation. One line a variable; never a value, because most are secrets. */
export class WrongSettings extends Error {
  override name = "WrongSettings"
}

/**
 * Reads and checks a whole environment. Empty values count as absent.
 * @throws {WrongSettings}
 */
export function parseSettings(source: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value?.trim()))
  const parsed = Settings.safeParse(given)
  if (parsed.success) return parsed.data
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")} ${said(issue.message)}`)
  throw new WrongSettings(["The environment is not complete:", ...new Set(lines)].join("\n"))
}

const said = (message: string): string => (message.startsWith("must") ? message : "must be set to a valid value")

let settings: Settings | undefined

/** The process's settings, parsed on first use: a build evaluates modules without any. */
export function env(): Settings {
  settings ??= parseSettings(process.env)
  return settings
}

function isHttpOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, pathname, search, hash, username } = new URL(text)
  return /^https?:$/.test(protocol) && pathname === "/" && search + hash + username === ""
}

function isHttpBase(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, search, hash, username } = new URL(text)
  return /^https?:$/.test(protocol) && search + hash + username === ""
}

function is256Bits(text: string): boolean {
  return BASE64.test(text) && atob(text).length === 32
}
