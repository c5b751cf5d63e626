/** What to add to the environment so that a browser runs; CHROMIUM is missing when Playwright finds it by itself. */
export function findBrowser(): Promise<NodeJS.ProcessEnv>
