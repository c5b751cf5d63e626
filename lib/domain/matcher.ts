import { isMisspelling } from "./edit-distance"
import type { FactId, Match, Matcher, PersonId } from "./plan"
import type { Alias } from "./preferences"

/** The one place where event text meets the person's words. What comes out is ids and figures. */
export interface MatchCandidate {
  readonly id: FactId
  readonly title: string
  readonly location: string
  readonly people: readonly { readonly name: string; readonly email: string }[]
}

export interface KnownPerson {
  readonly id: PersonId
  readonly name: string
  readonly email: string
}

/** Words that name no event by themselves: they count when a title has them, and cost nothing when it does not. */
const FILLER = new Set(
  "a an the my our your this that of with for at on in to and weekly daily monthly meeting event call appointment session thing slot chat visit".split(
    " ",
  ),
)

const EXACT = 1
const EXACT_BUT_FILLER = 0.9
const PART_OF_TITLE = 0.8
const BY_PLACE = 0.7
const MISSPELT = 0.6

/**
 * Scores: 1 the words are the title; 0.9 they are, but for filler; 0.8 they are some of the title's words; 0.7 the location names them; 0.6 misspelt.
 * A word that a candidate does not know rules the candidate out: half-understood names are how the wrong meeting gets moved.
 * @param aliases the person's own names for titles: words that are one mean that title, where there is an event of it
 */
export function makeMatcher(
  candidates: readonly MatchCandidate[],
  known: readonly KnownPerson[] = [],
  aliases: readonly Alias[] = [],
): Matcher {
  const meant = aliases.map(({ words, title }) => ({ words: contentOf(wordsOf(words)), title: wordsOf(title) }))
  // a calendar says the same few things many times over
  const textOf = remembering(wordsOf)
  const nameOf = remembering((name: string) => remembering((email: string) => namesOf({ name, email })))
  const prepared = candidates.map(({ id, title, location, people }) => ({
    id,
    title: textOf(title),
    place: textOf(location),
    people: people.map(({ name, email }) => nameOf(name)(email)),
  }))
  const persons = known.map((person) => ({ id: person.id, names: namesOf(person) }))
  const ranked = (score: (candidate: (typeof prepared)[number]) => number): readonly Match[] =>
    best(prepared.map((candidate) => ({ id: candidate.id, score: score(candidate) })))
  return {
    byTitle: (words) => {
      const asked = wordsOf(words)
      const alias = meant.find((one) => one.words.length > 0 && sameWords(contentOf(asked), one.words))
      const found = alias ? ranked(({ title }) => titleScore(alias.title, title, [])) : []
      return found.length > 0 ? found : ranked(({ title, place }) => titleScore(asked, title, place))
    },
    byPerson: (words) => {
      const asked = wordsOf(words)
      return ranked(({ people }) => Math.max(0, ...people.map((names) => personScore(asked, names))))
    },
    people: (words) => {
      const asked = wordsOf(words)
      return best(persons.map(({ id, names }) => ({ id, score: personScore(asked, names) })))
    },
  }
}

/** What a person goes by: the words of their name and of their address before the @; and the address as a whole. */
interface Names {
  readonly words: readonly string[]
  readonly address: string
}

const namesOf = ({ name, email }: { readonly name: string; readonly email: string }): Names => ({
  words: [...wordsOf(name), ...wordsOf(email.split("@")[0] ?? "")],
  address: wordsOf(email).join(" "),
})

/** A pure function that works each text out once. */
function remembering<T>(of: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const found = of(text)
    known.set(text, found)
    return found
  }
}

const best = <Id>(matches: readonly Match<Id>[]): readonly Match<Id>[] =>
  matches.filter((match) => match.score > 0).sort((a, b) => b.score - a.score)

function titleScore(asked: readonly string[], title: readonly string[], place: readonly string[]): number {
  if (asked.length === 0) return 0
  if (asked.join(" ") === title.join(" ")) return EXACT
  const content = contentOf(asked)
  if (content.length === 0) return asked.every((word) => title.includes(word)) ? PART_OF_TITLE : 0
  if (sameWords(content, contentOf(title)) || content.join("") === contentOf(title).join("")) return EXACT_BUT_FILLER
  if (content.every((word) => title.some((known) => sameStem(word, known)))) return PART_OF_TITLE
  if (content.length > 1 && title.includes(content.join(""))) return PART_OF_TITLE
  if (content.every((word) => place.includes(word))) return BY_PLACE
  return content.every((word) => knows(title, word)) ? MISSPELT : 0
}

function personScore(asked: readonly string[], { words, address }: Names): number {
  if (asked.length === 0) return 0
  if (asked.every((word) => words.includes(word)) || asked.join(" ") === address) return EXACT
  return asked.every((word) => knows(words, word)) ? MISSPELT : 0
}

const contentOf = (words: readonly string[]): readonly string[] => words.filter((word) => !FILLER.has(word))

const sameWords = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((word) => b.includes(word))

const knows = (known: readonly string[], word: string): boolean =>
  known.some((other) => sameStem(word, other) || isMisspelling(word, other))

const sameStem = (a: string, b: string): boolean => a === b || a === `${b}s` || b === `${a}s`

/** Lower case, accents off, `1:1` and `1-1` alike, everything else split at what is no letter or digit. */
function wordsOf(text: string): readonly string[] {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
  const joined = plain.replace(/\b1\s?(?:[:-]|on|to)\s?1\b/gu, "1on1").replace(/['’]s\b/gu, "")
  return joined.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "")
}
