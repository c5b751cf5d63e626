import { describe, expect, test } from "vitest"
import { sayUnseen, sayWhy } from "./wording-slots"

const nameOf = (email: string) => (email === "bob@example.test" ? "Bob" : email)
const who = "bob@example.test"

describe("D17 why a time is offered", () => {
  test("what must be known first, each once, at most three", () => {
    expect(
      sayWhy(
        [
          { kind: "right-before", who: null },
          { kind: "outside-hours", who, start: "23:00", timeZone: "Asia/Tokyo" },
          { kind: "leaves-scrap", who, minutes: 15 },
          { kind: "leaves-scrap", who, minutes: 15 },
          { kind: "first-of-day", who: null },
        ],
        nameOf,
      ),
    ).toBe("Outside Bob's working hours: 23:00 in Tokyo. Leaves 15 minutes of Bob's time. First in your day.")
    expect(sayWhy([{ kind: "everyone-free" }, { kind: "right-before", who }], nameOf)).toBe(
      "Everyone is free. Right before something of Bob's.",
    )
    expect(
      sayWhy(
        [
          { kind: "right-after", who: null },
          { kind: "last-of-day", who: "ann@example.test" },
        ],
        nameOf,
      ),
    ).toBe("Last in ann@example.test's day. Right after something of yours.")
    expect(sayWhy([], nameOf)).toBe("")
  })

  test("whose calendar could not be seen", () => {
    expect(sayUnseen([])).toBe("")
    expect(sayUnseen(["Bob"])).toBe("I could not see Bob's calendar, so Bob may be busy.")
    expect(sayUnseen(["Bob", "Ann"])).toBe("I could not see the calendars of Bob and Ann, so they may be busy.")
    expect(sayUnseen(["a", "b", "c", "d"])).toBe("I could not see the calendars of 4 people, so they may be busy.")
  })
})
