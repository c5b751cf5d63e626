import Ajv2020 from "ajv/dist/2020"
import addFormats from "ajv-formats"
import fc from "fast-check"
import type { ApiWorld } from "./world"

/* Requests made of the OpenAPI document: right, nearly right and wrong. Whatever comes: an answer that the document declares, and never a 5xx. */

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
}

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly {
    readonly in: string
    readonly name: string
    readonly required?: boolean
    readonly schema: Schema
  }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

export interface Fuzzed {
  readonly broken: readonly string[]
  /** How often each operation was answered with each status. */
  readonly answers: Readonly<Record<string, number>>
}

const BAD_TEXTS = [
  "",
  "\0",
  "\ud800",
  "a\u202eb",
  "'; drop table holds; --",
  "../../etc/passwd",
  "%00",
  "x".repeat(5_000),
  "💣",
  "null",
  "-1",
  "0x10",
  "1e309",
  "NaN",
  "ada ",
  "__proto__",
]
const GRID = 300_000
const instants = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .integer({ min: -5, max: 300 })
      .map((n) => new Date(Math.ceil(Date.now() / GRID) * GRID + n * GRID).toISOString()),
  },
  fc.constantFrom(
    "2026-11-26T09:00:01Z",
    "2020-01-01T00:00:00Z",
    "9999-12-31T23:55:00Z",
    "0000-01-01T00:00:00Z",
    "2026-02-30T09:00:00Z",
    "2026-11-26T09:00:00+14:00",
    "2026-11-26T24:00:00Z",
    "2026-11-26",
    "soon",
    "2026-11-26T09:00:00.123456789Z",
  ),
)
const junk = fc.oneof(
  fc.constantFrom(...BAD_TEXTS),
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
)

export async function fuzzApi(world: ApiWorld, runs: number, seed: number): Promise<Fuzzed> {
  const { openApiDocument } = await import("../../http/v1/app")
  const document = openApiDocument() as unknown as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
  }
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true })
  addFormats(ajv)
  ajv.addSchema({ ...document, $id: "api" })
  // several keys of one agent: the bucket of one would be empty soon
  const keys = await Promise.all(Array.from({ length: Math.ceil(runs / 150) }, () => world.keyFor("low")))
  const known = await knownIds(world)
  const resolve = (schema: Schema): Schema =>
    schema.$ref ? (document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}) : schema

  function good(name: string, given: Schema): fc.Arbitrary<unknown> {
    const schema = resolve(given)
    if (/_id$|^id$|delivery|cursor|resource/.test(name) && !schema.enum) return fc.constantFrom(...known.of(name))
    if (schema.anyOf) return fc.oneof(...schema.anyOf.map((each) => good(name, each)))
    if (schema.enum) return fc.constantFrom(...schema.enum)
    if (schema.format === "uri" || name === "url")
      return fc.constantFrom("http://127.0.0.1:9/hook", "http://10.0.0.1/", "https://user:pass@127.0.0.1/")
    if (/start|end/.test(name) || schema.format === "date-time") return instants
    switch (schema.type) {
      case "object":
        return fc.record(
          Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, each]) => [key, value(key, each)])),
          { requiredKeys: (schema.required ?? []) as string[] },
        )
      case "array":
        return fc.array(good(name, schema.items ?? {}), { maxLength: 3 })
      case "integer":
      case "number":
        return fc.oneof(
          fc.integer({ min: schema.minimum ?? 0, max: Math.min(schema.maximum ?? 500, 500) }),
          fc.constantFrom(5, 30, 60, 1440, 1500),
        )
      default:
        return fc.constantFrom("Planning", "A title")
    }
  }
  const value = (name: string, schema: Schema): fc.Arbitrary<unknown> =>
    fc.oneof({ weight: 12, arbitrary: good(name, schema) }, { weight: 1, arbitrary: junk })

  const operations = Object.entries(document.paths).flatMap(([path, verbs]) =>
    Object.entries(verbs).map(([verb, operation]) => ({ path, verb, operation })),
  )
  const request = fc.constantFrom(...operations).chain(({ path, verb, operation }) => {
    const parameters = (operation.parameters ?? []).filter((each) => each.in !== "header")
    const body = operation.requestBody?.content["application/json"]?.schema
    return fc.record({
      path: fc.constant(path),
      verb: fc.constant(verb),
      operation: fc.constant(operation),
      parameters: fc.tuple(
        ...parameters.map((each) =>
          fc
            .option(value(each.name, each.schema), { freq: each.required ? 30 : 2 })
            .map((given) => ({ ...each, given })),
        ),
      ),
      body: body
        ? fc.oneof(
            { weight: 15, arbitrary: value("body", body).map((each) => JSON.stringify(each) ?? "") },
            {
              weight: 1,
              arbitrary: fc.constantFrom(
                "",
                "{",
                "[]",
                "null",
                '{"a":1e999}',
                "x".repeat(70_000),
                '{"title":"\\ud800"}',
              ),
            },
          )
        : fc.constant(undefined),
      idempotencyKey: fc.oneof(
        { weight: 12, arbitrary: fc.constant(undefined) },
        fc.constantFrom(null, "again", "ü", " ", "x".repeat(300)),
      ),
      type: fc.oneof(
        { weight: 15, arbitrary: fc.constant("application/json") },
        fc.constantFrom("text/plain", "application/xml", "application/json; charset=latin1"),
      ),
    })
  })

  const broken: string[] = []
  const answers: Record<string, number> = {}
  let n = 0
  for (const asked of fc.sample(request, { numRuns: runs, seed })) {
    const query = new URLSearchParams()
    let { path } = asked
    for (const { in: where, name, given } of asked.parameters) {
      if (where === "path") path = path.replace(`{${name}}`, encodeURIComponent(wellFormed(given ?? "none")) || "none")
      else if (given !== null) for (const each of [given].flat()) query.append(name, wellFormed(each))
    }
    const key = keys[n++ % keys.length]?.key ?? ""
    const label = `${asked.operation.operationId}: ${asked.verb} ${path}?${query} ${asked.body?.slice(0, 200) ?? ""}`
    let response: Response
    try {
      const ascii = asked.idempotencyKey === "ü" ? "\u00fc" : asked.idempotencyKey
      const options = {
        key,
        ...(asked.body !== undefined && { body: asked.body, headers: { "content-type": asked.type } }),
        ...(ascii !== undefined && { idempotencyKey: ascii }),
      }
      response = await world.ask(
        asked.verb.toUpperCase(),
        `${path.slice("/api/v1".length)}${query.size ? `?${query}` : ""}`,
        options,
      )
    } catch (error) {
      broken.push(`${label}: ${error}`)
      continue
    }
    const tally = `${asked.operation.operationId} ${response.status}`
    answers[tally] = (answers[tally] ?? 0) + 1
    const wrong = await undeclared(response, asked.path, asked.verb, asked.operation)
    if (wrong) broken.push(`${label}: ${wrong}`)
  }
  return { broken, answers }

  async function undeclared(
    response: Response,
    path: string,
    verb: string,
    operation: Operation,
  ): Promise<string | null> {
    if (response.status >= 500) return `answered ${response.status}`
    const type = response.headers.get("content-type")?.split(";")[0] ?? ""
    if (!operation.responses[response.status]?.content?.[type]) return `${response.status} ${type} is not declared`
    if (type === "text/event-stream") {
      await response.body?.cancel()
      return null
    }
    const pointer = ["paths", path, verb, "responses", String(response.status), "content", type, "schema"]
    const check = ajv.compile({
      $ref: `api#/${pointer.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`,
    })
    return check(await response.json()) ? null : `${response.status}: ${ajv.errorsText(check.errors)}`
  }
}

const wellFormed = (given: unknown): string => Buffer.from(String(given), "utf8").toString("utf8")

/** Ids of what is there, of what is another's, and of nothing. */
async function knownIds({ ask, freshSlot, keys }: ApiWorld) {
  const made = async (path: string, key: string, more: object) => {
    const response = await ask("POST", path, {
      key,
      body: { user_id: key === keys.spy ? "val" : "ada", ...freshSlot(), ...more },
    })
    return ((await response.json()) as { id: string }).id
  }
  const webhook = await ask("POST", "/webhooks", {
    body: { url: "http://127.0.0.1:9/hook", events: ["booking.committed"] },
  })
  const { id: webhookId } = (await webhook.json()) as { id: string }
  const ids = [
    await made("/holds", keys.low, {}),
    await made("/bookings", keys.low, { title: "Mine" }),
    await made("/bookings", keys.top, { title: "Another's" }),
    await made("/bookings", keys.spy, { title: "Another workspace's" }),
    webhookId,
    "00000000-0000-4000-8000-000000000000",
  ]
  return {
    of(name: string): readonly string[] {
      if (name === "user_id") return ["ada", "bea", "val", "nobody"]
      if (name === "calendar_id") return ["work", "nowhere"]
      if (name === "agent_id") return ["low", "top", "spy"]
      if (/cursor|delivery/.test(name))
        return ["0", "1", "999999999999999999", "2026-11-26T09:00:00.000Z_00000000-0000-4000-8000-000000000000"]
      return name === "id" ? [...ids, "1", "2"] : ids
    },
  }
}
