import { z } from "zod"
import type { EventRow } from "../calendar/event"
import { pageOf } from "../http/paging"
import { Refusal } from "../refusal"
import type { GraphEvent } from "./resource"

const QueryParams = z.object({
  $select: z.string().optional(),
  $expand: z.string().optional(),
  $filter: z.string().optional(),
  $orderby: z.string().optional(),
  $top: z.coerce.number().int().min(1).max(1000).optional(),
  $skip: z.coerce.number().int().min(0).default(0),
})
export type QueryParams = z.infer<typeof QueryParams>

/** OData system query options. @throws {Refusal} invalid */
export function readQuery(url: string): QueryParams {
  const parsed = QueryParams.safeParse(Object.fromEntries(new URL(url).searchParams))
  if (!parsed.success) throw new Refusal("invalid", z.prettifyError(parsed.error))
  return parsed.data
}

/** The ids of the extended properties to show: `singleValueExtendedProperties($filter=id eq '...' or id eq '...')`. */
export function expandedProperties({ $expand }: QueryParams): string[] {
  if (!$expand || $expand === EXCEPTIONS) return []
  if (!/^singleValueExtendedProperties\(\$filter=/i.test($expand)) throw new Refusal("invalid", `$expand=${$expand}`)
  return [...$expand.matchAll(/id eq '((?:[^']|'')*)'/g)].map(([, id]) => (id ?? "").replaceAll("''", "'"))
}

/** The relationship of a series to its changed instances; told where `$select` and `$expand` both name it. */
const EXCEPTIONS = "exceptionOccurrences"

export const asksForExceptions = ({ $select, $expand }: QueryParams): boolean =>
  $expand === EXCEPTIONS && ($select ?? "").split(",").includes(EXCEPTIONS)

const PROPERTY =
  /^singleValueExtendedProperties\/any\((\w+):\s*\1\/id eq '((?:[^']|'')*)'\s+and\s+\1\/value eq '((?:[^']|'')*)'\s*\)$/i
const PLAIN = /^(iCalUId|subject|transactionId) eq '((?:[^']|'')*)'$/

/** The filters that are understood. @throws {Refusal} invalid, for all others. */
export function filterOf({ $filter }: QueryParams): (row: EventRow) => boolean {
  if (!$filter) return () => true
  const unquoted = (text: string | undefined) => (text ?? "").replaceAll("''", "'")
  const property = PROPERTY.exec($filter)
  if (property) return (row) => row.own.privateProperties[unquoted(property[2])] === unquoted(property[3])
  const plain = PLAIN.exec($filter)
  if (!plain) throw new Refusal("invalid", `Invalid filter clause: ${$filter}`)
  const value = unquoted(plain[2])
  const fields = {
    iCalUId: (row: EventRow) => row.uid,
    subject: (row: EventRow) => row.content.summary,
    transactionId: (row: EventRow) => row.transactionId,
  }
  return (row) => fields[plain[1] as keyof typeof fields](row) === value
}

/** `id` and the etag come along whatever is selected. */
export function selected<T extends GraphEvent>(event: T, { $select }: QueryParams): Partial<T> {
  if (!$select) return event
  const names = new Set([
    "@odata.etag",
    "id",
    "singleValueExtendedProperties",
    ...$select.split(",").map((name) => name.trim()),
  ])
  return Object.fromEntries(Object.entries(event).filter(([name]) => names.has(name))) as Partial<T>
}

/** One page, and where the next one is: an absolute address at graph.microsoft.com, wherever the sandbox stands. */
export function collection<T>(
  url: string,
  items: readonly T[],
  query: QueryParams,
  maxPageSize: number | null,
  context: string,
) {
  const page = pageOf(items, query.$skip, query.$top ?? maxPageSize ?? 10)
  const next = page.nextOffset === null ? {} : { "@odata.nextLink": nextLink(url, page.nextOffset) }
  return { "@odata.context": `${GRAPH}/$metadata#${context}`, value: page.items, ...next }
}

export const GRAPH = "https://graph.microsoft.com/v1.0"

export function nextLink(url: string, skip: number): string {
  const { pathname, searchParams } = new URL(url)
  searchParams.set("$skip", String(skip))
  return `${GRAPH}${pathname.replace("/graph/v1.0", "")}?${searchParams.toString().replaceAll("%24", "$")}`
}
