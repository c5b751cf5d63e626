import openapiTS, { astToString } from "openapi-typescript"

/** The typed client's `schema.d.ts`, as the OpenAPI document says it. */
export async function clientSchema(): Promise<string> {
  const { openApiDocument } = await import("../../http/v1/app")
  const types = await openapiTS(JSON.stringify(openApiDocument()))
  return `// Made of the OpenAPI document; UPDATE_CLIENT=1 npm test -- --only units -- typed-client\n${astToString(types)}`
}
