import { describe, expect, it } from "vitest"
import { parseSettings, WrongSettings } from "./env"

const KEY = btoa("k".repeat(32))
const good = {
  DATABASE_URL: "postgresql://app:pw@127.0.0.1:5432/ifmatch",
  NEXTAUTH_URL: "http://localhost:3000",
  NEXTAUTH_SECRET: "s".repeat(43),
  IFMATCH_KEK: KEY,
  IFMATCH_KEK_ID: "k1",
  IFMATCH_LOG_KEY: btoa("p".repeat(48)),
  IFMATCH_DATA: "/tmp/ifmatch",
  SANDBOX_URL: "http://localhost:4710/",
}

const complaint = (source: Record<string, string | undefined>): string => {
  try {
    parseSettings(source)
  } catch (error) {
    if (error instanceof WrongSettings) return error.message
    throw error
  }
  return ""
}

describe("settings", () => {
  it("reads a complete environment", () => {
    expect(parseSettings(good)).toMatchObject({
      SANDBOX_URL: "http://localhost:4710",
      LOG_LEVEL: "info",
      IFMATCH_KEKS_OLD: {},
    })
  })

  it("reads retired keys by their id", () => {
    expect(parseSettings({ ...good, IFMATCH_KEKS_OLD: `k0:${KEY}, k-1:${KEY}` }).IFMATCH_KEKS_OLD).toEqual({
      k0: KEY,
      "k-1": KEY,
    })
  })

  it.each([
    ["DATABASE_URL", "mysql://x", "must be a postgresql:// address"],
    ["NEXTAUTH_URL", "http://localhost:3000/app", "must be the address of a site"],
    ["NEXTAUTH_URL", "javascript:alert(1)", "must be the address of a site"],
    ["NEXTAUTH_SECRET", "short", "must have at least 32 characters"],
    ["IFMATCH_KEK", btoa("k".repeat(31)), "must be 32 bytes in base64"],
    ["IFMATCH_KEK", "not base64!", "must be 32 bytes in base64"],
    ["IFMATCH_CLOCK", "yesterday", "must be an instant"],
    ["IFMATCH_KEKS_OLD", `k1:${KEY}`, "must not hold the current key's id"],
    ["IFMATCH_KEKS_OLD", "k0:abc", "must be id:base64"],
    ["IFMATCH_DATA", "  ", "must be set"],
    ["LOG_LEVEL", "loud", "must be set to a valid value"],
    ["GOOGLE_CLIENT_ID", "an-id", "GOOGLE_CLIENT_SECRET must be set, because"],
  ])("says what is wrong with %s", (name, value, words) => {
    expect(complaint({ ...good, [name]: value })).toContain(words)
  })

  it("names every missing variable on a line of its own", () => {
    const lines = complaint({}).split("\n").slice(1)
    for (const name of [
      "DATABASE_URL",
      "NEXTAUTH_URL",
      "NEXTAUTH_SECRET",
      "IFMATCH_KEK",
      "IFMATCH_LOG_KEY",
      "IFMATCH_DATA",
    ])
      expect(lines.filter((line) => line.trim().startsWith(`${name} `))).toHaveLength(1)
  })

  it("never repeats a value", () => {
    const canary = "canary-7f3a"
    const source = Object.fromEntries(Object.keys(good).map((name) => [name, `${canary} !`]))
    expect(complaint(source)).not.toContain(canary)
    expect(complaint(source)).toContain("NEXTAUTH_SECRET")
  })

  it("asks for at least one provider", () => {
    expect(complaint({ ...good, SANDBOX_URL: undefined })).toContain("SANDBOX_URL must be set when neither")
    expect(
      parseSettings({ ...good, SANDBOX_URL: "", GOOGLE_CLIENT_ID: "i", GOOGLE_CLIENT_SECRET: "s" }).SANDBOX_URL,
    ).toBeUndefined()
  })
})
