import { copyTemplate, type TestDatabase } from "../launch/test-database.mjs"

/**
 * A migrated PostgreSQL database for one test file (about 40 ms): call it in `beforeAll`, `drop()` in `afterAll`.
 * Use `appUrl` (role `ifmatch_app`, as in production) unless the test is about what that role may not do.
 * Works in any `*.pg.test.ts`; elsewhere TEST_ADMIN_DATABASE_URL must name a server with a template (lib/launch/test-database.mjs).
 */
export async function testDatabase(): Promise<TestDatabase> {
  const adminUrl = process.env.TEST_ADMIN_DATABASE_URL
  if (!adminUrl)
    throw new Error("testDatabase() needs TEST_ADMIN_DATABASE_URL; name the file *.pg.test.ts and vitest sets it")
  return copyTemplate(adminUrl)
}
