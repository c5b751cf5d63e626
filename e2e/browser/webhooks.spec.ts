import { Webhook } from "standardwebhooks"
import { openReceiver } from "../../lib/testing/webhooks/receiver"
import { expect, test } from "./fixtures"
import { add, booked, leaveNothing, timesOf } from "./own-agents"

test.describe("a person's webhooks", () => {
  test.use({ who: "mia" })
  test.afterEach(({ page }) => leaveNothing(page))

  test("D22 D23 an address is told of a booking, signed; a failure is shown and sent again; off is off", async ({
    page,
  }) => {
    const receiver = await openReceiver()
    const url = `${receiver.url}/hook`
    await page.goto("/agents")
    const section = page.getByRole("region", { name: "Webhooks" })
    await section.getByLabel("Send messages to").fill("https://10.0.0.1/hook")
    await section.getByRole("button", { name: "Add the webhook" }).click()
    await expect(section.getByText("Webhooks go to public https addresses only")).toBeVisible()
    await section.getByLabel("Send messages to").fill(url)
    await section.getByLabel("lost holds").uncheck()
    await section.getByRole("button", { name: "Add the webhook" }).click()
    const secret = await section.getByLabel("The secret").inputValue()
    expect(secret).toMatch(/^whsec_/)
    const row = section.getByRole("list", { name: "Webhooks" }).getByRole("listitem").filter({ hasText: url })
    await expect(row.first()).toContainText(
      "Told of bookings, refused bookings, cancelled ones, moved ones, bumped ones",
    )

    await add(page, "Wren")
    await (await timesOf(page, "Calendar (mia@outlook.sandbox)")).click()
    await expect(page.getByRole("list", { name: "Bookable calendars" })).toContainText("Calendar")
    receiver.answer = () => ({ status: 503 })
    await booked("Wren", "Wren's call")
    await row
      .first()
      .getByRole("button", { name: `Deliveries to ${url}` })
      .click()
    const deliveries = section.getByRole("list", { name: `Deliveries to ${url}` })
    await expect(deliveries).toContainText("answered 503")
    await expect(deliveries).toContainText("on its way")
    receiver.answer = () => ({ status: 204 })
    await deliveries.getByRole("button", { name: /^Send booking\.committed .* again$/ }).click()
    await expect(deliveries).toContainText("delivered")
    const [first, second] = receiver.received.map(({ headers, body }) => {
      const message = new Webhook(secret).verify(body, headers as Record<string, string>)
      return { id: headers["webhook-id"], message }
    })
    expect(first?.message).toMatchObject({ type: "booking.committed" })
    expect(second).toEqual(first)

    await row
      .first()
      .getByRole("button", { name: `Turn off ${url}` })
      .click()
    await expect(row.first().getByText("off", { exact: true })).toBeVisible()
    await page.reload()
    await expect(row.first().getByText("off", { exact: true })).toBeVisible()
    expect(await page.content()).not.toContain(secret)
    const before = receiver.received.length
    const held = page.getByRole("list", { name: "Held and booked" }).getByRole("listitem")
    await held.getByRole("button", { name: "Cancel Wren's call" }).click()
    await held.getByRole("button", { name: "Cancel Wren's call now" }).click()
    await expect(held.filter({ hasText: "Wren's call" })).toHaveCount(0)
    await row
      .first()
      .getByRole("button", { name: `Deliveries to ${url}` })
      .click()
    await expect(deliveries.getByRole("listitem")).toHaveCount(1)
    expect(receiver.received.length).toBe(before)

    await row
      .first()
      .getByRole("button", { name: `Remove ${url}`, exact: true })
      .click()
    await row
      .first()
      .getByRole("button", { name: `Remove ${url} now` })
      .click()
    await expect(section.getByRole("list", { name: "Webhooks" })).toHaveCount(0)
    await receiver.close()
  })
})
