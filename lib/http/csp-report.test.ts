import { describe, expect, it } from "vitest"
import { rateLimit, readViolation } from "./csp-report"

describe("policy reports", () => {
  it("keeps where and what, and no query", () => {
    const report = {
      "effective-directive": "script-src",
      "blocked-uri": "https://evil.example/x.js?token=1",
      "document-uri": "http://localhost/log?event=dentist",
    }
    expect(readViolation(JSON.stringify({ "csp-report": report }))).toEqual({
      directive: "script-src",
      blocked: "https://evil.example/x.js",
      page: "http://localhost/log",
      source: "",
      line: 0,
    })
  })

  it.each(["", "null", "[]", "{", '{"csp-report":7}'])("is not moved by %j", (text) => {
    expect(readViolation(text)).toBeNull()
  })

  it("lets a few lines through in each window", () => {
    const allowed = rateLimit(2, 1_000)
    expect([0, 1, 2, 999, 1_000, 1_001, 1_002].map(allowed)).toEqual([true, true, false, false, true, true, false])
  })
})
