type Document = ReturnType<import("@hono/zod-openapi").OpenAPIHono["getOpenAPI31Document"]>
export const DESCRIPTION = {
  openapi: "3.1.0",
  info: {
    title: "Ifmatch booking API",
    version: "1.0.0",
    description: "Many agents, one calendar. The commit is the check, and a lost race is an answer.",
  },
  servers: [{ url: "/", description: "This installation" }],
}

/** D25: what a chat assistant needs, under names that it understands. The same paths and shapes. */
const FOR_ASSISTANTS: Readonly<Record<string, readonly [path: string, verb: "get" | "post"]>> = {
  checkAvailability: ["/api/v1/availability", "get"],
  proposeSlot: ["/api/v1/holds", "post"],
  commitBooking: ["/api/v1/bookings", "post"],
}

export function curated(whole: Document): Document {
  const paths = Object.fromEntries(
    Object.entries(FOR_ASSISTANTS).map(([operationId, [path, verb]]) => {
      const operation = whole.paths?.[path]?.[verb]
      if (!operation) throw new RangeError(`no ${verb} ${path}`)
      return [path, { [verb]: { ...operation, operationId } }]
    }),
  )
  return { ...whole, info: { ...whole.info, title: "Ifmatch for assistants" }, paths: paths as never }
}
