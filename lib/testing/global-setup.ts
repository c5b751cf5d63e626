import { prepareTemplate } from "../launch/test-database.mjs"
import { openThrowaway } from "../launch/throwaway.mjs"

/** Before the first PostgreSQL test: a server (its own, unless TEST_ADMIN_DATABASE_URL names one) and the template on it. */
export async function setup(): Promise<() => Promise<void>> {
  const given = process.env.TEST_ADMIN_DATABASE_URL
  if (given) {
    await prepareTemplate(given)
    return async () => {}
  }
  const server = await openThrowaway()
  await prepareTemplate(server.ownerUrl)
  process.env.TEST_ADMIN_DATABASE_URL = server.ownerUrl
  return server.close
}
