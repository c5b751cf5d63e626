import { defineConfig } from "vitest/config"

export default defineConfig({
  resolve: {
    alias: { "@": import.meta.dirname },
    conditions: ["react-server", "node", "import", "default"],
  },
  ssr: { resolve: { conditions: ["react-server", "node", "import", "default"] } },
  test: { include: ["lib/**/*.test.ts", "components/**/*.test.ts", "e2e/**/*.test.ts"], testTimeout: 20_000, hookTimeout: 60_000 },
})
