import { expect, it } from "vitest"
import { connected } from "./connect.mjs"

it("the database's clock is that of these tests, also where it was set off (npm run test:days)", async () => {
  const [row] = await connected(
    process.env.TEST_ADMIN_DATABASE_URL ?? "",
    async (client) => (await client.query("select extract(epoch from clock_timestamp()) * 1000 as ms")).rows,
  )
  expect(Math.abs(Number(row.ms) - Date.now())).toBeLessThan(5_000)
})
