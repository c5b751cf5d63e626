import { expect, type Locator, type Page } from "@playwright/test"

/** Says one line and waits until it is answered. */
export async function say(page: Page, words: string): Promise<void> {
  await page.getByRole("textbox", { name: "What should be moved?" }).fill(words)
  await page.getByRole("button", { name: "Send" }).click()
  await answered(page)
  await expect(turnsOf(page).last(), "the answer is to these words").toContainText(words.slice(0, 60))
}

export async function answered(page: Page): Promise<void> {
  // the box is emptied as the words go out, and what is being done stands there until the answer is
  await expect(page.getByRole("textbox", { name: "What should be moved?" })).toHaveValue("")
  await expect(page.getByText(/^(Looking at your calendar|Asking the language model)\.\.\.$/)).toBeHidden()
  await expect(turnsOf(page).last(), "the answer is where one looks").toBeInViewport()
}

/** What was said and answered, oldest first. */
export const turnsOf = (page: Page): Locator =>
  page.getByRole("log", { name: "Conversation" }).getByRole("list").first().locator("xpath=./li")

export const proposalIn = (page: Page): Locator => turnsOf(page).last().getByRole("group", { name: "Proposal" })
export const questionIn = (page: Page): Locator => turnsOf(page).last().getByRole("group", { name: "Question" })

/** Says it and gets to a proposal; where the assistant has to ask which day is meant, it is told. */
export async function propose(page: Page, words: string, to: string): Promise<Locator> {
  await say(page, words)
  const [proposal, question] = [proposalIn(page), questionIn(page)]
  await expect(proposal.or(question)).toBeVisible()
  if (await question.isVisible()) await question.getByRole("button", { name: to }).click()
  await expect(proposal).toContainText(to)
  await expect(proposal.getByRole("button", { name: "Apply" })).toBeInViewport({ ratio: 1 })
  return proposal
}

/** The question after a lost race. */
export const dialogOf = (page: Page): Locator => page.getByRole("alertdialog")

/** A passing message, by its words. */
export const toastOf = (page: Page, words: string): Locator =>
  page
    .getByRole("region", { name: /^Notifications/ })
    .getByRole("listitem")
    .filter({ hasText: words })
