import { expect, it } from "vitest"
import { appEnvironment, needsSandbox, sandboxAddress, sandboxEnvironment } from "./environment.mjs"
import { completed } from "./secrets.mjs"

const secrets = completed({})
const installation = {
  folder: "/data",
  secrets,
  database: { appUrl: "postgresql://app@db/x", sandboxUrl: "postgresql://sandbox@db/x" },
}
const at = { port: 3000, sandboxUrl: "http://localhost:4710" }

it.each([
  [{}, true],
  [{ GOOGLE_CLIENT_ID: "real" }, false],
  [{ MICROSOFT_CLIENT_ID: "real" }, false],
  [{ GOOGLE_CLIENT_ID: "real", SANDBOX_ALLOW_BESIDE_REAL: "1" }, true],
  [{ SANDBOX_URL: "http://elsewhere" }, false],
])("with %j the sandbox is needed: %s", (env, needed) => {
  expect(needsSandbox(env)).toBe(needed)
})

it("finds the sandbox on our port, elsewhere, or not at all", () => {
  expect(sandboxAddress({}, 4711)).toBe("http://localhost:4711")
  expect(sandboxAddress({ SANDBOX_URL: "http://elsewhere" }, 4711)).toBe("http://elsewhere")
  expect(sandboxAddress({ GOOGLE_CLIENT_ID: "real" }, 4711)).toBeUndefined()
})

it("keeps the owner's address and the witness's token from the app, and the app's address from the sandbox", () => {
  const app = appEnvironment(installation, at, {})
  expect(app).toHaveProperty("OWNER_DATABASE_URL", undefined)
  expect(app).toHaveProperty("SANDBOX_CONTROL_TOKEN", undefined)
  expect(app.DATABASE_URL).toBe("postgresql://app@db/x")
  const sandbox = sandboxEnvironment(installation, 4710, {})
  expect(sandbox).toHaveProperty("OWNER_DATABASE_URL", undefined)
  expect(sandbox).toHaveProperty("DATABASE_URL", undefined)
})

it("prefers secrets of the environment to generated ones", () => {
  expect(appEnvironment(installation, at, {}).NEXTAUTH_SECRET).toBe(secrets.sessionSecret)
  expect(appEnvironment(installation, at, { NEXTAUTH_SECRET: "set" }).NEXTAUTH_SECRET).toBe("set")
})

it("starts the app's and the sandbox's clock at the same instant", () => {
  expect(sandboxEnvironment(installation, 4710, { IFMATCH_CLOCK: "2026-03-02T08:00:00Z" }).SANDBOX_CLOCK).toBe(
    "2026-03-02T08:00:00Z",
  )
})
