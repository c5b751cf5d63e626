import { existsSync } from "node:fs"
import { Temporal } from "temporal-polyfill"
import { formatDay } from "../../lib/domain/format-when"
import { handOf } from "../../lib/testing/caldav/hand"
import { PASSWORD, type Radicale, radicale } from "../../lib/testing/caldav/servers"
import { at, calendarText } from "../../lib/testing/caldav/texts"
import { dialogOf, propose } from "./assistant"
import { stage } from "./days"
import { expect, test } from "./fixtures"

const { tuesday, thursday } = stage()

/* An account that is no provider's of the sandbox: a real CalDAV server, connected by the form. */
test.describe("a CalDAV account", () => {
  test.skip(!existsSync("/usr/bin/radicale"), "CALDAV NOT TESTED IN THE BROWSER WITHOUT RADICALE: npm run test:caldav")
  test.use({ who: "ben" })
  let server: Radicale
  test.beforeAll(async () => {
    server = await radicale()
  })
  test.afterAll(() => server.stop())

  test("is connected by the form; a meeting on it moves, and one that was moved elsewhere is asked about", async ({
    page,
  }) => {
    const hand = handOf(server, "alice")
    const day = Temporal.PlainDate.from(tuesday)
    for (const title of ["Violin", "Tuning"]) {
      const lines = [`UID:${title}`, at("DTSTART", day, 6), at("DTEND", day, 7), `SUMMARY:${title} class`]
      await hand.write(`${title}.ics`, calendarText(lines))
    }
    const startOf = async (title: string) => /^DTSTART;.*:(\S+)/m.exec((await hand.read(`${title}.ics`)).text)?.[1]

    await page.goto("/connections")
    const form = page.getByRole("form", { name: "CalDAV account" })
    await form.getByLabel("Kind of account").selectOption({ label: "Another CalDAV server" })
    await form.getByLabel("Server").fill(server.url)
    await form.getByLabel(/^User/).fill("alice")
    await form.getByLabel(/^Password/).fill(PASSWORD)
    await form.getByRole("button", { name: /^Connect/ }).click()
    const account = page.getByRole("button", { name: /^Disconnect alice@/ })
    await expect(account).toBeVisible()

    await page.goto("/")
    const to = `${formatDay(thursday)}, 15:00-16:00`
    const first = await propose(page, "move Violin class to Thursday 3pm", to)
    await first.getByRole("button", { name: "Apply" }).click()
    await expect(first).toContainText("Moved")
    expect(await startOf("Violin")).toBe(`${thursday.replaceAll("-", "")}T150000`)

    const second = await propose(page, "move Tuning class to Thursday 5pm", `${formatDay(thursday)}, 17:00-18:00`)
    const theirs = await hand.edit("Tuning.ics", (text) =>
      text.replace("T060000", "T080000").replace("T070000", "T090000"),
    )
    await second.getByRole("button", { name: "Apply" }).click()
    await expect(dialogOf(page)).toHaveAccessibleName("This was just changed. Still move it?")
    await dialogOf(page).getByRole("button", { name: /^Keep/ }).click()
    await expect(dialogOf(page)).toBeHidden()
    expect(await hand.read("Tuning.ics")).toEqual(theirs)

    await page.goto("/connections")
    await account.click()
    await page.getByRole("button", { name: "Disconnect now" }).click()
    await expect(account).toHaveCount(0)
  })
})
