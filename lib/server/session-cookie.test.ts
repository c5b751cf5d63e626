import { describe, expect, it } from "vitest"
import { readCookie, setCookie } from "./session-cookie"

describe("our cookies", () => {
  it("are bound to the host on https and work on plain loopback", () => {
    expect(setCookie("https://ifmatch.test", "session", "t", 60)).toBe(
      "__Host-ifmatch.session=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure",
    )
    expect(setCookie("http://localhost:3000", "session", "t", 60)).toBe(
      "ifmatch.session=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60",
    )
  })

  it("are read by their whole name", () => {
    const header = "xifmatch.session=a; ifmatch.sessions=b; ifmatch.session=c=d"
    expect(readCookie("http://localhost:3000", "session", header)).toBe("c=d")
    expect(readCookie("https://ifmatch.test", "session", header)).toBeNull()
    expect(readCookie("https://ifmatch.test", "session", null)).toBeNull()
  })
})
