export type TextPiece =
  | { readonly kind: "text"; readonly text: string }
  /** A run of invisible characters; `text` stands for it, `name` lists their code points. */
  | { readonly kind: "mark"; readonly text: string; readonly name: string }

/** Joiners shape words in these scripts and hold emoji together; anywhere else they hide. */
const JOINABLE = [
  "\\p{Extended_Pictographic}",
  "\\p{Emoji_Modifier}",
  "\\uFE0F",
  "\\p{M}",
  ..."Arabic Syriac Mongolian Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala"
    .split(" ")
    .map((script) => `\\p{Script=${script}}`),
].join("|")

/** Line breaks, tabs, one emoji-or-text selector after something visible, and joiners where they belong. */
const HARMLESS = `[\\t\\n\\r]|(?<!\\p{DI})[\\uFE0E\\uFE0F]|(?<=${JOINABLE})[\\u200C\\u200D]`

/**
 * What a reader cannot see or what turns the order in which they read: Unicode's default-ignorable characters (zero-width, bidirectional, fillers,
 * tags, variation selectors), controls, private use, lone surrogates, the blank Braille cell, interlinear marks.
 */
const UNSEEN = new RegExp(`(?:(?!${HARMLESS})[\\p{DI}\\p{Cc}\\p{Co}\\p{Cs}\\u2800\\uFFF9-\\uFFFB])+`, "gu")

/** Splits a text into what is shown as it is and marks for what would not be seen. */
export function visibleText(text: string): TextPiece[] {
  const pieces: TextPiece[] = []
  let done = 0
  for (const found of text.matchAll(UNSEEN)) {
    if (found.index > done) pieces.push({ kind: "text", text: text.slice(done, found.index) })
    pieces.push(markFor(found[0]))
    done = found.index + found[0].length
  }
  if (done < text.length) pieces.push({ kind: "text", text: text.slice(done) })
  return pieces
}

/** The same as one string, for places that take no elements (labels, titles). */
export const visibleString = (text: string): string =>
  visibleText(text)
    .map((piece) => piece.text)
    .join("")

function markFor(run: string): TextPiece {
  const points = [...run].map((char) => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`)
  const [first = ""] = points
  const text = points.length === 1 ? `[${first}]` : `[${first} +${points.length - 1}]`
  return { kind: "mark", text, name: `Hidden characters: ${points.slice(0, 20).join(" ")}` }
}
