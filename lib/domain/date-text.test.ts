import { expect, test } from "vitest"
import { readDate } from "./date-text"

test.each([
  ["2026-11-26", "2026-11-26"],
  ["2028-02-29", "2028-02-29"],
  ["2026-02-31", null],
  ["2026-13-01", null],
  ["2026-11-26T10:00", null],
  ["26.11.2026", null],
  ["", null],
])("%s", (text, date) => expect(readDate(text)).toBe(date))
