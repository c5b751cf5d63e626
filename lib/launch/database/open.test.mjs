import { expect, it } from "vitest"
import { completed } from "../secrets.mjs"
import { externalAddresses } from "./open.mjs"

const secrets = completed({ appPassword: "a", sandboxPassword: "s" })

it("has no external server unless the environment names one", () => {
  expect(externalAddresses({}, secrets)).toBeNull()
})

it("gives the app a role of its own when the only address is the owner's", () => {
  expect(externalAddresses({ DATABASE_URL: "postgresql://me:pw@db:5432/x?sslmode=require" }, secrets)).toEqual({
    ownerUrl: "postgresql://me:pw@db:5432/x?sslmode=require",
    appUrl: "postgresql://ifmatch_app:a@db:5432/x?sslmode=require",
    sandboxUrl: "postgresql://ifmatch_sandbox:s@db:5432/x?sslmode=require",
  })
})

it("uses both addresses as they are when both are given", () => {
  const env = { OWNER_DATABASE_URL: "postgresql://owner@db/x", DATABASE_URL: "postgresql://pooled@bouncer/x" }
  expect(externalAddresses(env, secrets)).toMatchObject({ ownerUrl: env.OWNER_DATABASE_URL, appUrl: env.DATABASE_URL })
})
