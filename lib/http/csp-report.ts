import { z } from "zod"

const Violation = z.object({
  "effective-directive": z.string().optional(),
  "violated-directive": z.string().optional(),
  "blocked-uri": z.string().optional(),
  "document-uri": z.string().optional(),
  "source-file": z.string().optional(),
  "line-number": z.number().optional(),
})
const Report = z.object({ "csp-report": Violation })

/** What of a browser's report is worth a line: no query, no sample of the page. Null when it is no report. */
export function readViolation(text: string): Readonly<Record<string, string | number>> | null {
  const report = Report.safeParse(parsed(text)).data?.["csp-report"]
  if (!report) return null
  return {
    directive: (report["effective-directive"] ?? report["violated-directive"] ?? "").slice(0, 100),
    blocked: place(report["blocked-uri"]),
    page: place(report["document-uri"]),
    source: place(report["source-file"]),
    line: report["line-number"] ?? 0,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** An address without its query; words like `inline` and `eval` as they are. */
const place = (uri = ""): string => (uri.split(/[?#]/)[0] ?? "").slice(0, 200)

/** Lets `limit` through in each window of `windowMs`; anybody can send reports. */
export function rateLimit(limit: number, windowMs: number): (nowMs: number) => boolean {
  let windowStart = Number.NEGATIVE_INFINITY
  let used = 0
  return (nowMs) => {
    if (nowMs - windowStart >= windowMs) [windowStart, used] = [nowMs, 0]
    used++
    return used <= limit
  }
}
