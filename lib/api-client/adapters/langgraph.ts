import {
  BaseStore,
  type GetOperation,
  InMemoryStore,
  type Item,
  type ListNamespacesOperation,
  type Operation,
  type OperationResults,
  type PutOperation,
  type SearchOperation,
} from "@langchain/langgraph"
import type { StoredRecord } from "../cached-records"
import { type ClientOptions, type Ifmatch, ifmatch } from "../index"
import type { components } from "../schema"
import { labelOf, segmentOf } from "./langgraph-keys"

/** The version that a value was read at. It goes along with `{ ...item.value, more }`, and not into JSON: what came out of a graph's state has none any more (`readAt` puts it back). */
const VERSION = Symbol.for("ifmatch.version")

/** The API's problems that are a lost race, whatever was to be written. */
const LOST = new Set(["record-conflict", "not-found", "record-claimed", "claim-superseded"])

type RecordProblem = components["schemas"]["RecordProblem"]
type Place = Pick<Item, "namespace" | "key">
type Value = Record<string, unknown> & { [VERSION]?: string }

/**
 * Whoever was to be written over was faster, or nothing was read: nothing was written. It names what moved, which for a `deadView` is not what was to be written; what lies outside the store's root has no namespace and its
 * record's key. Read again, then decide: `retryPolicy: { retryOn: (error) => error instanceof ConflictError }` lets the node do so.
 */
export class ConflictError extends Error {
  override readonly name = "ConflictError"
  constructor(
    readonly namespace: readonly string[],
    readonly key: string,
    /** As in the API's refusals, such as `version`, `exists` or `deadView`. */
    readonly why: string,
    /** What it is at now; null: it is not there; undefined: that was not told. */
    readonly currentVersion?: string | null,
  ) {
    super(`${[...namespace, key].join("/")} was modified concurrently - retry your edit.`)
  }
}

/** `value` as if it had just been read at `version`, for what went through JSON. */
export const readAt = <T extends object>(value: T, version: string): T => ({ ...value, [VERSION]: version })

/** What `value` was read at; undefined: nothing is known of it. */
export const versionOf = (value: object): string | undefined => (value as Value)[VERSION]

export interface StoreOptions extends ClientOptions {
  /** Where among the records. */
  readonly root?: string
  /**
   * A UUID for one piece of work. What is read under it is remembered, and while any of it has changed since, nothing is written under it until that is read again (C5). A store for each: two that share one hold each other up.
   */
  readonly runId?: string
  /** C6. Called with each answer while something that this run has read is no longer so; a node that hears of it can read again before it thinks on. What lies outside the root has no namespace. */
  readonly onDeadViews?: (dead: readonly Pick<Item, "namespace" | "key">[]) => void
}

/**
 * A LangGraph store over Ifmatch's versioned records (C11): in place of `new InMemoryStore()`. What `get` and `search` answer carries its version, and `put` of it, or of `{ ...item.value, more }`, writes on that version;
 * a value without one is created, and refused where there is one. `createdAt` is when that version was written. Searching by meaning is refused: nothing here has vectors.
 */
export class IfmatchStore extends BaseStore {
  readonly #raw: Ifmatch["raw"]
  readonly #root: string
  readonly #run: { readonly "ifmatch-run"?: string }

  constructor({ root = "langgraph", runId, onDeadViews, ...options }: StoreOptions) {
    super()
    this.#raw = ifmatch(options).raw
    this.#root = root
    this.#run = runId === undefined ? {} : { "ifmatch-run": runId }
    this.#raw.use({
      onResponse: ({ response }) => {
        const dead = response.headers.get("ifmatch-dead-views")
        if (dead) onDeadViews?.(dead.split(", ").map((recordKey) => this.#placeOf(recordKey)))
      },
    })
  }

  /**
   * All of them, side by side; those of one key one after another. One that was refused is a rejection in its place: LangGraph sends what several nodes asked for in one batch, and the loss of one is not the others'.
   */
  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const tails = new Map<string, Promise<unknown>>()
    const running = operations.map((operation) => {
      const place = "key" in operation ? this.#keyOf(operation) : ""
      const next = (tails.get(place) ?? Promise.resolve()).then(() => this.#one(operation))
      if (place)
        tails.set(
          place,
          next.catch(() => {}),
        )
      return next
    })
    const ends = await Promise.allSettled(running)
    const [only] = ends
    if (ends.length === 1 && only?.status === "rejected") throw only.reason
    return ends.map((end) => (end.status === "fulfilled" ? end.value : Promise.reject(end.reason))) as never
  }

  /** There is no removing unseen: `deleteItem` takes what was read. */
  override async delete(namespace: string[], key: string): Promise<void> {
    throw new ConflictError(namespace, key, "unread")
  }

  /** @throws {ConflictError} when it is no longer as it was read */
  async deleteItem({ namespace, key, value }: Pick<Item, "namespace" | "key" | "value">): Promise<void> {
    const params = {
      path: { key: this.#keyOf({ namespace, key }) },
      header: { ...this.#run, "if-match": `"${versionOf(value) ?? ""}"` },
    }
    const { error } = await this.#raw.DELETE("/api/v1/records/{key}", { params })
    if (error) throw this.#refusal(namespace, key, error)
  }

  #one(operation: Operation): Promise<unknown> {
    if ("namespacePrefix" in operation) return this.#search(operation)
    if ("value" in operation) return this.#put(operation)
    return "key" in operation ? this.#get(operation) : this.#namespaces(operation)
  }

  async #get({ namespace, key }: GetOperation): Promise<Item | null> {
    const params = { path: { key: this.#keyOf({ namespace, key }) }, header: this.#run }
    const { data, error, response } = await this.#raw.GET("/api/v1/records/{key}", { params })
    if (data) return this.#itemOf(data)
    if (response.status === 404) return null
    throw this.#refusal(namespace, key, error)
  }

  async #put({ namespace, key, value }: PutOperation): Promise<void> {
    if (value === null) return this.delete(namespace, key)
    const version = versionOf(value)
    const seen = version === undefined ? { "if-none-match": "*" } : { "if-match": `"${version}"` }
    const header = { ...this.#run, ...seen }
    const path = { key: this.#keyOf({ namespace, key }) }
    const { data, error } = await this.#raw.PUT("/api/v1/records/{key}", { params: { path, header }, body: { value } })
    if (!data) throw this.#refusal(namespace, key, error)
    // whoever goes on with the object that was put goes on from what it is now
    if (Object.isExtensible(value)) (value as Value)[VERSION] = data.version
  }

  async #search({ namespacePrefix, filter, limit = 10, offset = 0, query }: SearchOperation): Promise<Item[]> {
    if (query !== undefined) throw new Error("records are not searched by meaning: leave out `query`")
    const keys = await this.#keysBelow(namespacePrefix)
    if (!filter) return this.#itemsAt(keys.slice(offset, offset + limit))
    const items = await this.#itemsAt(keys)
    const scratch = await scratchOf(items.map(({ value }, i) => ({ place: [String(i)], value })))
    const matching = await scratch.search([], { filter, limit, offset })
    return matching.flatMap(({ namespace: [i] }) => items[Number(i)] ?? [])
  }

  async #namespaces({ matchConditions = [], ...page }: ListNamespacesOperation): Promise<string[][]> {
    const keys = await this.#keysBelow([])
    const scratch = await scratchOf(keys.map((key) => ({ place: this.#segmentsOf(key).slice(0, -1), value: {} })))
    const conditions = matchConditions.map(({ matchType, path }) => ({
      matchType,
      path: path.map((label) => (label === "*" ? label : segmentOf(label))),
    }))
    const [found] = await scratch.batch([{ matchConditions: conditions, ...page }])
    return (found as string[][]).map((segments) => segments.map(labelOf))
  }

  async #keysBelow(namespace: string[]): Promise<string[]> {
    const prefix = `${[this.#root, ...namespace.map(segmentOf)].join("/")}/`
    const keys: string[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = { prefix, limit: 200, ...(cursor !== undefined && { cursor }) }
      const { data, error } = await this.#raw.GET("/api/v1/records", { params: { query } })
      if (!data) throw this.#refusal(namespace, "", error)
      keys.push(...data.items.map(({ key }) => key))
      cursor = data.next_cursor
    }
    return keys
  }

  async #itemsAt(keys: readonly string[]): Promise<Item[]> {
    const items: Item[] = []
    for (let at = 0; at < keys.length; at += 100) {
      const body = { keys: keys.slice(at, at + 100) }
      const params = { header: this.#run }
      const { data, error } = await this.#raw.POST("/api/v1/record-snapshots", { params, body })
      if (!data) throw this.#refusal([], "", error)
      items.push(...data.records.map((record) => this.#itemOf(record)))
    }
    return items
  }

  #keyOf({ namespace, key }: Place): string {
    return [this.#root, ...namespace.map(segmentOf), segmentOf(key)].join("/")
  }

  #segmentsOf(recordKey: string): string[] {
    return recordKey.slice(this.#root.length + 1).split("/")
  }

  /** What lies outside the root has no namespace, and its record's key. */
  #placeOf(recordKey: string): Place {
    if (!recordKey.startsWith(`${this.#root}/`)) return { namespace: [], key: recordKey }
    const namespace = this.#segmentsOf(recordKey).map(labelOf)
    const key = namespace.pop() ?? ""
    return { namespace, key }
  }

  #itemOf({ key: recordKey, value, version, at }: StoredRecord): Item {
    const written = new Date(at)
    return {
      ...this.#placeOf(recordKey),
      value: readAt(value as object, version),
      createdAt: written,
      updatedAt: written,
    }
  }

  #refusal(namespace: string[], key: string, error: unknown): Error {
    const { code, title, why, key: moved, current_version: now } = (error ?? {}) as Partial<RecordProblem>
    if (code === undefined || !LOST.has(code))
      return new Error(`${[...namespace, key].join("/")}: ${title ?? "no answer that can be read"}`)
    const place = this.#placeOf(moved ?? this.#keyOf({ namespace, key }))
    return new ConflictError(place.namespace, place.key, why ?? code, code === "not-found" ? null : now)
  }
}

/** LangGraph's own way to filter, page and match, over what was read. */
async function scratchOf(
  entries: readonly { readonly place: string[]; readonly value: object }[],
): Promise<InMemoryStore> {
  const scratch = new InMemoryStore()
  await scratch.batch(entries.map(({ place, value }, i) => ({ namespace: place, key: String(i), value })))
  return scratch
}
