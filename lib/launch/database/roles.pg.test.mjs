import { afterAll, beforeAll, expect, it } from "vitest"
import { copyTemplate } from "../test-database.mjs"
import { connected } from "./connect.mjs"

/** @type {Awaited<ReturnType<typeof copyTemplate>>} */
let database
beforeAll(async () => {
  database = await copyTemplate(process.env.TEST_ADMIN_DATABASE_URL ?? "")
})
afterAll(() => database.drop())

const asApp = (/** @type {string} */ sql) =>
  connected(database.appUrl, async (client) => (await client.query(sql)).rows)
const asSandbox = (/** @type {string} */ sql) =>
  connected(database.sandboxUrl, async (client) => (await client.query(sql)).rows)

it("the app's role owns nothing and can make nothing", async () => {
  expect(await asApp("select count(*)::int as n from pg_class where relowner = current_user::regrole")).toEqual([
    { n: 0 },
  ])
  expect(
    await asApp("select rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user"),
  ).toEqual([{ rolsuper: false, rolcreaterole: false, rolbypassrls: false }])
  await expect(asApp("create table public.mine ()")).rejects.toThrow("permission denied")
})

it("the app works the job queue in spite of its row security", async () => {
  await asApp("select graphile_worker.add_job('a_task', '{}')")
  expect(await asApp("select task_identifier from graphile_worker.jobs")).toEqual([{ task_identifier: "a_task" }])
})

it("the sandbox's state is out of the app's reach, and the app's tables out of the sandbox's", async () => {
  await asSandbox("create table sandbox.witness (said text)")
  await expect(asApp("select * from sandbox.witness")).rejects.toThrow("permission denied for schema sandbox")
  await expect(asSandbox("select * from public.users")).rejects.toThrow("permission denied for table users")
  await expect(asSandbox("select graphile_worker.add_job('a_task')")).rejects.toThrow(
    "permission denied for schema graphile_worker",
  )
})
