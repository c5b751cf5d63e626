import { readFileSync } from "node:fs"
import path from "node:path"
import Ajv, { type ValidateFunction } from "ajv/dist/2020"
import addFormats from "ajv-formats"
import type { Exchange, SandboxProvider } from "../sandbox"
import { allowed } from "./deviations"
import { JSON_BATCHING } from "./json-batching"

/*
 * What Google and Microsoft publish of their APIs, against what went over the wire between the real SDKs and our sandbox: operation, query
 * parameters, bodies both ways; no property, type or value that the documents do not know. Where reality differs from them stands in deviations.ts.
 */

interface Shape {
  readonly $ref?: string
  readonly type?: string
  readonly nullable?: boolean
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
  readonly allOf?: readonly Shape[]
  readonly anyOf?: readonly Shape[]
  readonly additionalProperties?: boolean | Shape
}

interface Operation {
  readonly query: readonly string[]
  readonly request: Shape | null
  readonly responses: Readonly<Record<string, Shape | null>>
}

interface Document {
  readonly operations: Readonly<Record<string, Operation>>
  readonly shapes: Readonly<Record<string, Shape>>
}

export interface Violation {
  readonly operation: string
  readonly where: string
  readonly what: string
}

const BASES = { google: "/calendar/v3", microsoft: "/graph/v1.0" } as const
/** The journal keeps so much of a body; a longer one cannot be read back. */
const BODY_CAP = 16_384

function load(provider: SandboxProvider): Document {
  const document: Document = JSON.parse(readFileSync(path.join(import.meta.dirname, `${provider}.json`), "utf8"))
  return provider === "google" ? document : { ...document, operations: { ...document.operations, ...JSON_BATCHING } }
}

/** Checks exchanges of one provider's API; `exchanges` as the sandbox's journal has them. */
export function conformance(provider: SandboxProvider) {
  const document = load(provider)
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats(ajv)
  const flat = Object.fromEntries(
    Object.entries(document.shapes).map(([name, shape]) => [name, closed(shape, document.shapes)]),
  )
  const compiled = new Map<Shape, ValidateFunction>()
  const templates = Object.keys(document.operations).map((operation) => ({ operation, pattern: patternOf(operation) }))

  function validatorOf(shape: Shape): ValidateFunction {
    const known = compiled.get(shape)
    if (known) return known
    const made = ajv.compile({ $defs: flat, ...(closed(shape, document.shapes) as object) })
    compiled.set(shape, made)
    return made
  }

  function checkBody(operation: string, where: string, shape: Shape | null | undefined, text: string): Violation[] {
    if (text === "" || text.length >= BODY_CAP) return []
    if (!shape) return [{ operation, where, what: "a body where the document has none" }]
    const validate = validatorOf(shape)
    if (validate(JSON.parse(text))) return []
    return (validate.errors ?? [])
      .filter(({ keyword, params }) => keyword !== "anyOf" && params.type !== "null")
      .map(({ instancePath, message, params }) => ({
        operation,
        where: `${where}${instancePath.replace(/\/\d+/g, "/*")}`,
        what: [message, params.additionalProperty].filter(Boolean).join(": "),
      }))
  }

  const operationOf = ({ method, path: at }: Exchange): string | null =>
    templates.find(({ pattern }) => pattern.test(`${method} ${plain(provider, at)}`))?.operation ?? null

  return {
    operationOf,

    check(exchange: Exchange): Violation[] {
      const operation = operationOf(exchange)
      const wire = `${exchange.method} ${exchange.path}`
      const found = operation && document.operations[operation]
      if (!operation || !found)
        return allowed(provider, {
          operation: wire.replace(/\/[^/]*[%@=][^/]*/g, "/*"),
          where: "path",
          what: "no such operation",
        })
      const violations: Violation[] = []
      for (const name of new URLSearchParams(exchange.query).keys())
        if (!found.query.includes(name)) violations.push({ operation, where: "query", what: name })
      violations.push(...checkBody(operation, "request", found.request, exchange.requestBody))
      // what a client was told by a fault is no answer of the API's
      if (exchange.status !== null && exchange.fault === null) {
        const { status } = exchange
        const answers = found.responses
        const shape =
          answers[status] ?? answers[`${Math.floor(status / 100)}XX`] ?? (status < 300 ? answers["200"] : undefined)
        if (status < 400 || shape)
          violations.push(...checkBody(operation, `${status < 400 ? "answer" : "error"}`, shape, exchange.responseBody))
      }
      return violations.flatMap((violation) => allowed(provider, violation))
    },
  }
}

/** Paths as the documents write them. Graph's actions and functions have long names there. */
function plain(provider: SandboxProvider, at: string): string {
  const path = at.startsWith(BASES[provider]) ? at.slice(BASES[provider].length) : at
  return provider === "google"
    ? path
    : path
        .replace(/\/(accept|decline|tentativelyAccept|cancel|getSchedule)$/, "/microsoft.graph.$1")
        .replace(/\/delta$/, "/microsoft.graph.delta()")
}

function patternOf(operation: string): RegExp {
  const escaped = operation.replace(/[.*+?^$()|[\]\\]/g, "\\$&")
  return new RegExp(`^${escaped.replace(/\{[^}]+\}/g, "[^/]+")}$`)
}

/**
 * A shape as JSON Schema 2020-12: `nullable` spelled out, inheritance (`allOf`) written flat so that what neither it nor its parents name is refused,
 * OData's annotations let through.
 */
function closed(shape: Shape, shapes: Document["shapes"]): unknown {
  if (shape.$ref) return { $ref: shape.$ref }
  if (shape.allOf) return closed(flattened(shape, shapes), shapes)
  if (shape.anyOf) {
    const isNullMark = (each: Shape) => each.type === "object" && each.nullable === true && !each.properties
    return { anyOf: shape.anyOf.map((each) => (isNullMark(each) ? { type: "null" } : closed(each, shapes))) }
  }
  const { nullable, properties, items, type, additionalProperties, ...rest } = shape
  return {
    ...rest,
    ...(type && { type: nullable ? [type, "null"] : type }),
    ...(rest.enum && nullable && { enum: [...rest.enum, null] }),
    ...(items && { items: closed(items, shapes) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: closed(additionalProperties, shapes) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, closed(each, shapes)])),
      patternProperties: { "@odata\\.|^@removed$": true },
      ...(typeof additionalProperties !== "object" && { additionalProperties: false }),
    }),
  }
}

function flattened(shape: Shape, shapes: Document["shapes"]): Shape {
  const parts = (shape.allOf ?? []).map((part): Shape => {
    const named = part.$ref ? shapes[part.$ref.slice("#/$defs/".length)] : part
    return named?.allOf ? flattened(named, shapes) : (named ?? {})
  })
  return { type: "object", properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})) }
}

/** Every exchange with one provider so far, against its documents; each kind of violation once. */
export async function violationsSoFar(
  sandbox: { journal(since: number): Promise<Exchange[]> },
  provider: SandboxProvider,
): Promise<{
  readonly checked: number
  readonly operations: readonly string[]
  readonly violations: readonly Violation[]
}> {
  const { check, operationOf } = conformance(provider)
  const exchanges = (await sandbox.journal(0)).filter((exchange) => exchange.provider === provider)
  const violations = new Map(
    exchanges.flatMap((each) => check(each)).map((each) => [JSON.stringify(each), each] as const),
  )
  const operations = [...new Set(exchanges.map(operationOf))].filter((each) => each !== null)
  return { checked: exchanges.length, operations: operations.sort(), violations: [...violations.values()] }
}
