import { defineConfig } from "vitest/config"

const conditions = ["react-server", "node"]
const everywhere = ["lib", "components", "e2e"]
const files = (ending: string) => everywhere.map((folder) => `${folder}/**/*${ending}`)
const postgres = [...files(".pg.test.ts"), "lib/launch/**/*.pg.test.mjs"]
const caldav = files(".caldav.test.ts")

/** How many times as long as usual everything may take: for a machine that is busy with other things. */
const patience = Number(process.env.PATIENCE ?? 1)

export default defineConfig({
  resolve: { alias: { "@": import.meta.dirname }, conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 20_000 * patience,
    hookTimeout: 60_000 * patience,
    setupFiles: ["lib/testing/console-guard.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "units",
          include: [...files(".test.ts"), "lib/launch/**/*.test.mjs"],
          exclude: [...postgres, ...caldav, "**/node_modules/**"],
        },
      },
      { extends: true, test: { name: "pg", include: postgres, globalSetup: ["lib/testing/global-setup.ts"] } },
      { extends: true, test: { name: "caldav", include: caldav, globalSetup: ["lib/testing/global-setup.ts"] } },
    ],
  },
})
