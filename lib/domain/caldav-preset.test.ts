import { describe, expect, it, test } from "vitest"
import { accountIdOf, CALDAV_PRESETS, loginOf, presetOf, serverAddress } from "./caldav-preset"

describe("presets", () => {
  test.each([
    ["https://p42-caldav.icloud.com/123/calendars/", "icloud"],
    ["https://icloud.com.evil.example/", "other"],
    ["https://eviliCloud.com/", "other"],
    ["https://caldav.fastmail.com/dav/calendars/user/a@b.example/", "fastmail"],
    ["https://cloud.example.com/remote.php/dav/calendars/ada/", "nextcloud"],
    ["http://127.0.0.1:5232/ada/", "other"],
    ["", "other"],
  ])("%s is of %s", (server, preset) => {
    expect(presetOf(server)).toBe(preset)
  })

  it("knows its own servers", () => {
    for (const { id, server } of CALDAV_PRESETS) if (server) expect(presetOf(server)).toBe(id)
  })
})

test.each([
  ["cloud.example.com", "https://cloud.example.com/"],
  [" http://10.0.0.1:5232/x ", "http://10.0.0.1:5232/x"],
  ["https://a:b@cloud.example.com", null],
  ["ftp://cloud.example.com", null],
  ["javascript:alert(1)", null],
  ["two words", null],
  ["", null],
])("the address %s is %s", (typed, address) => {
  expect(serverAddress(typed)).toBe(address)
})

test("an account's id gives back where and who", () => {
  const login = { server: "https://a.example/home/", username: "ada love lace" }
  expect(loginOf(accountIdOf(login))).toEqual(login)
})
