import { mended } from "./lexicon"
import type { Clock, MonthDay } from "./when"

/**
 * `text` is as typed (lower case), for the matcher; `word` is the grammar word, slips mended, without a possessive ending. `raw` keeps the capitals and
 * `gap` what stood before it and is no token: both only to quote the person's own words.
 */
export interface Token {
  readonly raw: string
  readonly gap: string
  readonly text: string
  readonly word: string
  readonly possessive: boolean
  readonly value: TokenValue | null
}

export type TokenValue =
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "ordinal"; readonly number: number }
  | { readonly kind: "clock"; readonly clock: Clock }
  | { readonly kind: "date"; readonly readings: readonly MonthDay[] }
  | { readonly kind: "minutes"; readonly minutes: number }
  | { readonly kind: "dash" }

type Lexer = readonly [RegExp, (groups: RegExpMatchArray) => TokenValue | null]

const MERIDIEM = String.raw`(?:\s?([ap]\.?m\.?)|([ap]))(?![\p{L}\p{N}])`

/** First match wins, so the longer forms stand first. */
const LEXERS: readonly Lexer[] = [
  [/1\s?(?::|-|on)\s?1(?![\d:])/uy, () => null],
  [
    /(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:t(?=\d{2}:))?(?!\d{3})/uy,
    ([, y, m, d]) => ({ kind: "date", readings: [monthDay(y, m, d)] }),
  ],
  [/(\d{1,2})\/(\d{1,2})(?:\/(\d{4}|\d{2}))?(?!\d)/uy, ([, a, b, y]) => slashDate(a, b, y)],
  [/(\d{1,2})\.(0?[1-9]|1[0-2])\.(\d{4})?(?!\d)/uy, ([, d, m, y]) => ({ kind: "date", readings: [monthDay(y, m, d)] })],
  [
    new RegExp(String.raw`(\d{1,2})(?:[:.](\d{2}))?${MERIDIEM}`, "uy"),
    ([, h, m, half, letter]) => clock(h, m, half ?? letter),
  ],
  [/(\d{1,2}):(\d{2})(?!\d)/uy, ([, h, m]) => clock(h, m, undefined)],
  [
    /(\d+(?:\.\d+)?)\s?h(?:ours?|rs?)?\s?(\d{1,2})(?:\s?m(?:in(?:ute)?s?)?)?(?![\p{L}\p{N}:])/uy,
    ([, h, m]) => minutes(h, m),
  ],
  [/(\d+(?:\.\d+)?)-?(?:h|hrs?|hours?)(?![\p{L}\p{N}])/uy, ([, h]) => minutes(h, "0")],
  [/(\d+)-?(?:m|mins?|minutes?)(?![\p{L}\p{N}])/uy, ([, m]) => minutes("0", m)],
  [/(\d{1,2})(?:st|nd|rd|th)(?![\p{L}\p{N}])/uy, ([, n]) => ({ kind: "ordinal", number: Number(n) })],
  [/\d+(?:\.\d+)?(?![\p{L}\p{N}])/uy, ([n]) => ({ kind: "number", number: Number(n) })],
  [/[-–—](?=\s?\d)/uy, () => ({ kind: "dash" })],
  [/w\/(?=\s)|->|=>|→/uy, () => null],
  [/[\p{L}\p{N}]+(?:['’][\p{L}]+)*['’]?/uy, () => null],
]

/** Never throws; what no form covers (punctuation, emoji) is skipped, because it names no time and no event. */
export function tokenize(sentence: string): readonly Token[] {
  const written = sentence.normalize("NFKC")
  const text = written.toLowerCase()
  // A few letters change their length with their case; then the capitals are let go.
  const source = text.length === written.length ? written : text
  const tokens: Token[] = []
  let end = 0
  for (let at = 0; at < text.length; ) {
    const found = lexAt(text, at)
    if (found) {
      tokens.push({ ...found.token, raw: source.slice(at, at + found.length), gap: source.slice(end, at) })
      end = at + found.length
    }
    at += found ? found.length : 1
  }
  return tokens
}

/** Tokens as the person wrote them, from the first to the last. */
export const quoted = (tokens: readonly Token[]): string =>
  tokens.map(({ raw, gap }, index) => (index === 0 ? raw : `${gap}${raw}`)).join("")

type Word = Omit<Token, "raw" | "gap">

function lexAt(text: string, at: number): { token: Word; length: number } | null {
  for (const [pattern, value] of LEXERS) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match) return { token: token(match[0], value(match)), length: match[0].length }
  }
  return null
}

const SIGNS = new Map([
  ["w/", "with"],
  ["->", "to"],
  ["=>", "to"],
  ["→", "to"],
])

/** These end like a possessive and are none. */
const CONTRACTIONS = new Map(
  ["let's", "it's", "what's", "who's", "where's", "when's", "how's", "there's", "that's"].map((text) => [
    text,
    text.replace("'", ""),
  ]),
)

function token(text: string, value: TokenValue | null): Word {
  const spelt = SIGNS.get(text) ?? CONTRACTIONS.get(text.replace("’", "'"))
  if (spelt !== undefined) return { text: spelt, word: spelt, possessive: false, value }
  const possessive = value === null && /['’]s?$/u.test(text)
  const bare = text.replace(/['’]s?$/u, "").replace(/['’]/gu, "")
  return { text, word: value === null ? mended(bare) : text, possessive, value }
}

const monthDay = (year: string | undefined, month: string | undefined, day: string | undefined): MonthDay => ({
  year: year === undefined ? null : Number(year) + (year.length === 2 ? 2000 : 0),
  month: Number(month),
  day: Number(day),
})

/** Month first and day first are both in use; both readings are kept where the calendar allows both. */
function slashDate(first: string | undefined, second: string | undefined, year: string | undefined): TokenValue {
  const both =
    first === second ? [monthDay(year, first, second)] : [monthDay(year, first, second), monthDay(year, second, first)]
  const possible = both.filter(({ month }) => month >= 1 && month <= 12)
  return { kind: "date", readings: possible.length > 0 ? possible : both }
}

function clock(hour: string | undefined, minute: string | undefined, half: string | undefined): TokenValue {
  const meridiem = half === undefined ? null : half.startsWith("a") ? "am" : "pm"
  const exact = meridiem === null && (Number(hour) > 12 || Number(hour) === 0 || (hour ?? "").startsWith("0"))
  return { kind: "clock", clock: { hour: Number(hour), minute: Number(minute ?? 0), meridiem, exact } }
}

const minutes = (hours: string | undefined, rest: string | undefined): TokenValue => ({
  kind: "minutes",
  minutes: Number(hours) * 60 + Number(rest),
})
