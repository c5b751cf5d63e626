import { describe, expect, it } from "vitest"
import { parseSettings, WrongSettings } from "./env"
import { modelSettings } from "./model-settings"

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
    ["IFMATCH_LLM", "gpt", "must be openai-compatible, anthropic or google"],
    ["IFMATCH_LLM", "anthropic", "IFMATCH_LLM_KEY must be set, because IFMATCH_LLM is anthropic"],
    ["IFMATCH_LLM", "google", "IFMATCH_LLM_MODEL must be set, because IFMATCH_LLM is google"],
    ["IFMATCH_LLM", "openai-compatible", "IFMATCH_LLM_BASE_URL must be set, because"],
    ["IFMATCH_LLM_MODEL", "llama", "IFMATCH_LLM must be set, because IFMATCH_LLM_MODEL is"],
    ["IFMATCH_LLM_BASE_URL", "file:///etc", "must be an address like"],
    ["IFMATCH_LLM_BASE_URL", "http://me:pw@host/v1", "must be an address like"],
    ["IFMATCH_LLM_TIMEOUT_MS", "soon", "must be a number of milliseconds"],
    ["IFMATCH_LLM_TIMEOUT_MS", "1", "must be at least 100"],
    ["IFMATCH_LLM_PRICE", "cheap", "must be IN/OUT"],
    ["GOOGLE_CLIENT_ID", "an-id", "GOOGLE_CLIENT_SECRET must be set, because"],
  ])("says what is wrong with %s", (name, value, words) => {
    expect(complaint({ ...good, [name]: value })).toContain(words)
  })

  it("reads a local model without a key, and a price", () => {
    const settings = parseSettings({
      ...good,
      IFMATCH_LLM: "openai-compatible",
      IFMATCH_LLM_MODEL: "llama3.2",
      IFMATCH_LLM_BASE_URL: "http://localhost:11434/v1/",
      IFMATCH_LLM_PRICE: "0.5/1.5",
    })
    expect(modelSettings(settings)).toEqual({
      provider: "openai-compatible",
      model: "llama3.2",
      baseUrl: "http://localhost:11434/v1",
      key: null,
      timeoutMs: 8_000,
      hosts: "chosen",
      price: { input: 0.5, output: 1.5 },
    })
    expect(modelSettings(parseSettings(good))).toBeNull()
  })

  it("never repeats a wrong value of a key's neighbours", () => {
    expect(complaint({ ...good, IFMATCH_LLM_KEY: "sk-secret" })).not.toContain("sk-secret")
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
