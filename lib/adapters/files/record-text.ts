import "server-only"
import { type Json, MAX_RECORD_BYTES, type RecordKey, valueProblem } from "../../domain/record"
import { UnfitForFiles } from "./unfit-for-files"

const isJson = (key: RecordKey) => key.toLowerCase().endsWith(".json")

/**
 * The file a person finds: indented JSON where the name ends in `.json`, else the text itself.
 *
 * @throws {UnfitForFiles} no text, under a name that takes a text only
 */
export function fileText(key: RecordKey, value: Json): string {
  if (isJson(key)) {
    const indented = `${JSON.stringify(value, null, 2)}\n`
    return indented.length > MAX_RECORD_BYTES ? `${JSON.stringify(value)}\n` : indented
  }
  if (typeof value !== "string") throw new UnfitForFiles(key, "text-only")
  return value
}

/** @throws {UnfitForFiles} somebody left it in a state that is no value; it is in the history, and theirs to repair */
export function fileValue(key: RecordKey, bytes: Uint8Array): Json {
  const value = parsed(key, bytes)
  const problem = valueProblem(value)
  if (problem) throw new UnfitForFiles(key, problem === "too-large" ? problem : "unreadable")
  return value
}

function parsed(key: RecordKey, bytes: Uint8Array): Json {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: !isJson(key) }).decode(bytes)
    return isJson(key) ? (JSON.parse(text) as Json) : text
  } catch {
    throw new UnfitForFiles(key, "unreadable")
  }
}
