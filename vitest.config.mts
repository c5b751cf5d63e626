import { defineConfig } from "vitest/config"

const conditions = ["react-server", "node"]
const everywhere = ["lib", "components", "e2e"]
const files = (ending: string) => everywhere.map((folder) => `${folder}/**/*${ending}`)
const postgres = [...files(".pg.test.ts"), "lib/launch/**/*.pg.test.mjs"]

export default defineConfig({
  resolve: { alias: { "@": import.meta.dirname }, conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    setupFiles: ["lib/testing/console-guard.ts"],
    projects: [
      {
        extends: true,
        test: {
          name: "units",
          include: [...files(".test.ts"), "lib/launch/**/*.test.mjs"],
          exclude: [...postgres, "**/node_modules/**"],
        },
      },
      { extends: true, test: { name: "pg", include: postgres, globalSetup: ["lib/testing/global-setup.ts"] } },
    ],
  },
})
