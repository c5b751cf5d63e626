import { ProblemError, refusalOf, send } from "./fetch-json"

/**
 * One request that is answered line by line (application/x-ndjson).
 *
 * @param heard is called with each line as it comes
 * @throws {ProblemError} when it was refused, or broke off in the middle of a line
 */
export async function fetchLines<Line>(path: string, body: unknown, heard: (line: Line) => void): Promise<void> {
  const response = await send(path, { method: "POST", body, headers: { accept: "application/x-ndjson" } })
  if (!response.ok || !response.body) throw await refusalOf(response)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ""
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new ProblemError("No connection to the server.", 0, "offline")
    })
    if (done) return
    const lines = (rest + value).split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) heard(JSON.parse(line) as Line)
  }
}
