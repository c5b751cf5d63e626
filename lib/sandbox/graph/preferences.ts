import { ianaZone } from "./zones"

/** What a request's `Prefer` headers ask of the answer. */
export interface Preferences {
  /** IANA; what times are written in. */
  readonly zone: string
  /** The zone's name as it was asked for, echoed in every time. */
  readonly zoneName: string
  readonly immutableIds: boolean
  readonly textBody: boolean
  readonly maxPageSize: number | null
  /** For `Preference-Applied`. */
  readonly applied: readonly string[]
}

/** @throws {Refusal} invalid, for a zone nobody knows. */
export function readPreferences(header: string | undefined): Preferences {
  const asked = new Map(
    [...(header ?? "").matchAll(/([\w.-]+)\s*=\s*(?:"([^"]*)"|([^\s,;]+))/g)].map(([text, name, quoted, bare]) => [
      (name ?? "").toLowerCase(),
      { text, value: quoted ?? bare ?? "" },
    ]),
  )
  const zoneName = asked.get("outlook.timezone")?.value ?? "UTC"
  const size = Number(asked.get("odata.maxpagesize")?.value)
  const known = ["outlook.timezone", "idtype", "outlook.body-content-type", "odata.maxpagesize"]
  return {
    zone: ianaZone(zoneName),
    zoneName,
    immutableIds: asked.get("idtype")?.value === "ImmutableId",
    textBody: asked.get("outlook.body-content-type")?.value === "text",
    maxPageSize: size > 0 ? size : null,
    applied: known.flatMap((name) => asked.get(name)?.text ?? []),
  }
}
