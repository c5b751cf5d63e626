import { describe, expect, it } from "vitest"
import { pinoLog } from "./log"

/** Everything that was written for one entry. */
function written(fields: Record<string, unknown>, message = "m"): string {
  const lines: string[] = []
  pinoLog("debug", { write: (line: string) => lines.push(line) }).error(fields, message)
  return lines.join("")
}

const CANARY = "c4n4ryS3cr3tValue0123456789"
const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOiJjNG40cnkifQ.c2lnbmF0dXJl"

/** Shaped like googleapis' errors: the failed request hangs on them, headers, body and all. */
const sdkError = Object.assign(new Error(`Request failed: https://x.test/cb?code=${CANARY}&state=${CANARY}`), {
  code: "ECONNRESET",
  config: { headers: { Authorization: `Bearer ${CANARY}` }, data: `refresh_token=${CANARY}&client_secret=${CANARY}` },
  response: { data: { access_token: CANARY }, headers: new Headers({ "set-cookie": `ifmatch.session=${CANARY}` }) },
  cause: new Error(`postgresql://app:${CANARY}@127.0.0.1/db refused {"id_token":"${CANARY}"}`),
})

describe("the operator's log", () => {
  it.each([
    [
      "a header",
      { headers: { authorization: `Bearer ${CANARY}`, Cookie: `a=${CANARY}`, "set-cookie": [`b=${CANARY}`] } },
    ],
    ["Headers", { headers: new Headers({ "Proxy-Authorization": `Basic ${CANARY}` }) }],
    ["tokens", { a: { b: { c: { d: { accessToken: CANARY, refresh_token: CANARY, idToken: CANARY } } } } }],
    ["a list", { list: [{ token: CANARY }, [{ client_secret: CANARY }]] }],
    ["OAuth's parameters", { params: { code: CANARY, state: CANARY, nonce: CANARY, code_verifier: CANARY } }],
    ["a map", { map: new Map([["password", CANARY]]) }],
    ["an SDK's error", { err: sdkError }],
    ["an error inside", { outer: { err: sdkError } }],
    ["a URL", { url: `/api/connections/google/callback?state=${CANARY}&code=4/${CANARY}` }],
    ["an invitation's link", { path: `/invitation/${CANARY}` }],
    ["a sentence", { text: `Authorization: Bearer ${CANARY} and ya29.${CANARY} and 1//${CANARY}` }],
    ["a database's address", { url: `postgresql://ifmatch_app:${CANARY}@127.0.0.1:5432/ifmatch` }],
    ["a form", { body: `grant_type=refresh_token&refresh_token=${CANARY}` }],
    ["JSON as text", { body: `{"access_token": "${CANARY}", "expires_in": 3600}` }],
    ["what a person wrote", { input: { words: CANARY, summary: CANARY } }],
  ])("holds no secret out of %s", (_, fields) => {
    expect(written(fields)).not.toContain(CANARY)
  })

  it("holds no secret out of the message", () => {
    expect(written({}, `refused: Bearer ${CANARY}`)).not.toContain(CANARY)
  })

  it("holds no id token and no sealed text", () => {
    expect(written({ text: JWT })).not.toContain("eyJ")
    expect(written({ text: `row v1.k1.${CANARY}.aa.bb.cc` })).not.toContain(CANARY)
  })

  it("keeps what helps: kind, place and code of a fault, ids, figures", () => {
    const line = written({ err: sdkError, requestId: "r-1", tookMs: 12, tokenVersion: 3, status: 503 })
    const { err, ...rest } = JSON.parse(line)
    expect(rest).toMatchObject({ level: "error", requestId: "r-1", tookMs: 12, tokenVersion: 3, status: 503, msg: "m" })
    expect(err).toMatchObject({
      name: "Error",
      code: "ECONNRESET",
      message: expect.stringContaining("https://x.test/cb"),
    })
    expect(err.stack).toContain("log.test")
    expect(err.cause.message).toContain("refused")
  })

  it("is quiet below its level and survives circles", () => {
    const lines: string[] = []
    const log = pinoLog("warn", { write: (line: string) => lines.push(line) })
    log.info({}, "no")
    const circle: Record<string, unknown> = {}
    circle.self = circle
    log.warn({ circle }, "yes")
    expect(lines).toHaveLength(1)
  })
})
