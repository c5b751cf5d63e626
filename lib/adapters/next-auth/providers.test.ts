import { describe, expect, it } from "vitest"
import { claimsOf, type OpenIdProfile } from "./providers"

const PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
const verified = (provider: "google" | "microsoft", profile: Partial<OpenIdProfile>) =>
  claimsOf(provider, { sub: "s", email: "Ada@Example.test", ...profile }).emailVerified

describe("whose address an id token proves", () => {
  it.each([
    ["google", { email_verified: true }, true],
    ["google", { email_verified: false }, false],
    ["google", {}, false],
    ["microsoft", { tid: PERSONAL }, true],
    // an administrator of any tenant can give a user any address
    ["microsoft", { tid: "00000000-aaaa-bbbb-cccc-000000000000" }, false],
    ["microsoft", { tid: "00000000-aaaa-bbbb-cccc-000000000000", email_verified: true }, false],
    ["microsoft", { tid: "00000000-aaaa-bbbb-cccc-000000000000", xms_edov: true }, true],
    ["microsoft", { tid: "00000000-aaaa-bbbb-cccc-000000000000", xms_edov: "1" }, true],
    ["microsoft", { tid: "00000000-aaaa-bbbb-cccc-000000000000", xms_edov: false }, false],
    ["microsoft", { tid: PERSONAL, email: undefined, preferred_username: "ada@example.test" }, false],
  ] as const)("%s %j: %s", (provider, profile, expected) => {
    expect(verified(provider, profile)).toBe(expected)
  })

  it("compares addresses in lower case", () => {
    expect(claimsOf("google", { sub: "s", email: "Ada@Example.test" })).toMatchObject({
      email: "ada@example.test",
      name: "ada@example.test",
    })
  })
})
