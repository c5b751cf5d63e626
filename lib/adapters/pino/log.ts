import "server-only"
import { type DestinationStream, pino } from "pino"
import type { Log } from "../../ports/log"
import { redactFields, redactText } from "./redact"

/** One JSON line an entry, to stdout unless told otherwise. */
export function pinoLog(level: string, to?: DestinationStream): Log {
  const options = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    // an error is a plain record by then; pino's own serializer would drop its causes
    serializers: { err: (err: unknown) => err },
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const logger = to ? pino(options, to) : pino(options)
  const write =
    (severity: "debug" | "info" | "warn" | "error") => (fields: Readonly<Record<string, unknown>>, message: string) => {
      if (logger.isLevelEnabled(severity)) logger[severity](redactFields(fields), redactText(message))
    }
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") }
}
