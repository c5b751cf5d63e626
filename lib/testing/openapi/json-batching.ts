/*
 * What Microsoft publishes of `$batch` is a page and no OpenAPI document (Graph, "Combine multiple requests in one HTTP call using JSON batching"): at most twenty requests, each with an id, a method and an
 * address below the version; answers in any order, each with its id and its own status. Its parts are exchanges of their own and checked as such.
 */

const text = { type: "string" } as const
const headers = { type: "object", additionalProperties: text } as const

const request = {
  type: "object",
  required: ["id", "method", "url"],
  properties: {
    id: text,
    method: { type: "string", enum: ["GET", "POST", "PATCH", "PUT", "DELETE"] },
    url: { type: "string", pattern: "^/(?!v1\\.0/)" },
    headers,
    body: {},
    dependsOn: { type: "array", items: text },
  },
} as const

const response = {
  type: "object",
  required: ["id", "status"],
  properties: { id: text, status: { type: "integer" }, headers, body: {} },
} as const

export const JSON_BATCHING = {
  "POST /$batch": {
    query: [],
    request: {
      type: "object",
      required: ["requests"],
      properties: { requests: { type: "array", minItems: 1, maxItems: 20, items: request } },
    },
    responses: {
      "200": {
        type: "object",
        required: ["responses"],
        properties: { responses: { type: "array", items: response } },
      },
    },
  },
} as const
