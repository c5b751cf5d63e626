import { describe, expect, it } from "vitest"
import { contentSecurityPolicy, type HeaderSetting, securityHeaders } from "./security-headers"

const setting: HeaderSetting = {
  nonce: "bm9uY2U=",
  secure: true,
  providerOrigins: ["http://localhost:4710"],
  development: false,
}
const directive = (name: string, from: HeaderSetting = setting) =>
  contentSecurityPolicy(from)
    .split("; ")
    .find((part) => part.startsWith(`${name} `)) ?? ""

describe("security headers", () => {
  it("runs no script without this answer's nonce", () => {
    expect(directive("script-src")).toContain("'nonce-bm9uY2U='")
    expect(contentSecurityPolicy(setting)).not.toMatch(/unsafe-inline|unsafe-eval/)
  })

  it("lets a form lead to the providers and nowhere else", () => {
    expect(directive("form-action")).toBe("form-action 'self' http://localhost:4710")
  })

  it("is framed by nobody and tells other sites nothing", () => {
    expect(directive("frame-ancestors")).toBe("frame-ancestors 'none'")
    expect(securityHeaders(setting)).toMatchObject({
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
    })
  })

  it("asks for https only where there is https", () => {
    expect(securityHeaders(setting)).toHaveProperty("strict-transport-security")
    expect(securityHeaders({ ...setting, secure: false })).not.toHaveProperty("strict-transport-security")
  })
})
