import { defineConfig } from "@playwright/test"

/** The environments of the apps under test; a worker has one of them to itself. */
const trials: Record<string, string>[] = JSON.parse(process.env.TRIALS ?? "[]")
Object.assign(process.env, trials[Number(process.env.TEST_PARALLEL_INDEX ?? 0)])

const { APP_URL, CHROMIUM } = process.env
if (!APP_URL) throw new Error("The browser tests need the app and the sandbox up: npm test -- --only browser -- FILTER")

/** How many times as long as usual everything may take: for a machine that is busy with other things. */
const patience = Number(process.env.PATIENCE ?? 1)

export default defineConfig({
  testDir: "e2e/browser",
  testMatch: "**/*.spec.ts",
  testIgnore: JSON.parse(process.env.WITHOUT ?? "[]"),
  workers: Math.max(1, trials.length),
  retries: 1, // what it was needed for is named in the summary: a second try is a fault to mend
  forbidOnly: true,
  timeout: 45_000 * patience,
  expect: { timeout: 10_000 * patience },
  outputDir: "test-results",
  reporter: [["list"], ["./lib/launch/tests/playwright-reporter.mjs"]],
  use: {
    baseURL: APP_URL,
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    trace: process.env.TRACE ? "retain-on-failure" : "off", // a trace of every test takes a third of the time
    screenshot: "only-on-failure",
    launchOptions: { executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] },
  },
  projects: [
    // first, as long as there is somebody who has said nothing yet: a conversation is never taken back
    {
      name: "phone",
      testMatch: ["**/reschedule.spec.ts", "**/looks.spec.ts"],
      use: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
    },
    { name: "desktop", use: { viewport: { width: 1440, height: 900 } } },
  ],
})
