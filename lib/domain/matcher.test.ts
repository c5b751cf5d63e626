import { describe, expect, it } from "vitest"
import { makeMatcher } from "./matcher"
import type { FactId, PersonId } from "./plan"

const candidate = (id: string, title: string, people: readonly string[] = [], location = "") => ({
  id: id as FactId,
  title,
  location,
  people: people.map((name) => ({ name, email: `${name.split(" ")[0]?.toLowerCase()}@example.com` })),
})

const matcher = makeMatcher([
  candidate("sync", "Weekly Sync", ["Priya Nair"]),
  candidate("pricing", "Sync on pricing", ["Tom Becker"]),
  candidate("oneonone", "1:1 with Priya", ["Priya Nair"]),
  candidate("cafe", "Café crème tasting", [], "Harbour Street"),
  candidate("plain", "Meeting"),
])

const best = (words: string) => {
  const matches = matcher.byTitle(words)
  return matches.filter(({ score }) => score === matches[0]?.score).map(({ id }) => id)
}

describe("by title", () => {
  it.each([
    ["weekly sync", ["sync"]],
    ["Weekly sync meeting", ["sync"]],
    ["pricing sync", ["pricing"]],
    ["wekly sync", ["sync"]],
    ["1-1 with Priya", ["oneonone"]],
    ["1 on 1 with priya", ["oneonone"]],
    ["cafe creme", ["cafe"]],
    ["harbour street", ["cafe"]],
    ["meeting", ["plain"]],
    ["priya", ["oneonone"]],
  ])("%s", (words, ids) => {
    expect(best(words)).toEqual(ids)
  })

  it("keeps titles that fit equally well level", () => {
    const level = makeMatcher([candidate("a", "Design review"), candidate("b", "Quarterly roadmap review")])
    expect(new Set(level.byTitle("review").map(({ score }) => score)).size).toBe(1)
    expect(level.byTitle("review")).toHaveLength(2)
  })

  it("ranks the title as it stands above one that merely has the words", () => {
    expect(
      makeMatcher([candidate("long", "Design review"), candidate("whole", "Review")]).byTitle("the review")[0]?.id,
    ).toBe("whole")
  })

  it.each(["weekly sync with Bob", "sync cancelled", "sunk", ""])("knows no %j", (words) => {
    expect(matcher.byTitle(words)).toEqual([])
  })
})

describe("by person", () => {
  it("finds first names, full names, mail names and slips", () => {
    expect(matcher.byPerson("priya").map(({ id }) => id)).toEqual(["sync", "oneonone"])
    expect(matcher.byPerson("Tom Becker").map(({ id }) => id)).toEqual(["pricing"])
    expect(matcher.byPerson("Pryia")[0]?.score).toBeLessThan(1)
  })

  it("wants every word to fit one person", () => {
    expect(matcher.byPerson("Priya Becker")).toEqual([])
    expect(matcher.byPerson("")).toEqual([])
  })
})

describe("people", () => {
  const known = [
    { id: "p1" as PersonId, name: "Leo Hart", email: "leo@outlook.example" },
    { id: "p2" as PersonId, name: "", email: "mia.k@outlook.example" },
  ]
  const { people } = makeMatcher([], known)

  it.each([
    ["leo", ["p1"]],
    ["Leo Hart", ["p1"]],
    ["leo@outlook.example", ["p1"]],
    ["mia.k@outlook.example", ["p2"]],
    ["outlook", []],
    ["example", []],
    ["leo@elsewhere.example", []],
    ["", []],
  ])("%j", (words, ids) => {
    expect(people(words).map(({ id }) => id)).toEqual(ids)
  })
})
