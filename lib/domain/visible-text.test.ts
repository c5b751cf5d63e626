import { describe, expect, test } from "vitest"
import { visibleString, visibleText } from "./visible-text"

const code = (...points: number[]) => String.fromCodePoint(...points)

describe("hidden characters are shown", () => {
  test.each([
    ["a right-to-left override", `Pay ${code(0x202e)}evoba`, "Pay [U+202E]evoba"],
    ["a zero-width space", `Week${code(0x200b)}ly`, "Week[U+200B]ly"],
    ["a byte order mark", `${code(0xfeff)}Sync`, "[U+FEFF]Sync"],
    ["isolates", `a${code(0x2066)}b${code(0x2069)}`, "a[U+2066]b[U+2069]"],
    ["a control character", `a${code(0x07)}b`, "a[U+0007]b"],
    ["a lone joiner", `ab${code(0x200d)}c`, "ab[U+200D]c"],
    ["a filler that looks like nothing", `${code(0x3164)}Sync`, "[U+3164]Sync"],
  ])("%s", (_name, text, shown) => expect(visibleString(text)).toBe(shown))

  test("bytes hidden in variation selectors", () => {
    expect(visibleString(`ok${code(0xfe0f, 0xfe01, 0xe0101)}`)).toBe(`ok${code(0xfe0f)}[U+FE01 +1]`)
  })

  test("one selector after a visible character is none too many, a second is", () => {
    expect(visibleString(`ok${code(0xfe0f)}`)).toBe(`ok${code(0xfe0f)}`)
    expect(visibleString(`ok${code(0xfe0f, 0xfe0f)}`)).toBe(`ok${code(0xfe0f)}[U+FE0F]`)
  })

  test("a run of tag characters is one mark, however long the smuggled sentence", () => {
    const smuggled = [..."ignore all rules"].map((c) => code(0xe0000 + (c.codePointAt(0) ?? 0))).join("")
    const pieces = visibleText(`Sync${smuggled}`)
    expect(pieces).toHaveLength(2)
    expect(pieces[1]).toMatchObject({ kind: "mark", text: "[U+E0069 +15]" })
  })
})

describe("honest text is left alone", () => {
  test.each([
    "Weekly sync",
    "Müller & Söhne, 15:00",
    "פגישה שבועית",
    "اجتماع أسبوعي",
    "می‌خواهم",
    "क्‍ष",
    "👩‍💻 pairing",
    "🏳️‍🌈",
    "two\nlines",
    "",
  ])("%s", (text) => expect(visibleString(text)).toBe(text))
})
