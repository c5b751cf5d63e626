import { handle } from "@/lib/http/handle"
import { problem } from "@/lib/http/problem"
import { SettingsRequest, type SettingsView } from "@/lib/http/schemas/workspace"
import { changeSettings } from "@/lib/server/change-settings"
import { readSettings } from "@/lib/server/read-settings"
import { wired } from "@/lib/server/wiring"

export const GET = handle("GET /api/settings", null, ({ person }): Promise<SettingsView> => readSettings(wired, person))

export const PATCH = handle("PATCH /api/settings", SettingsRequest, async ({ input, person }) => {
  const settings: SettingsView | null = await changeSettings(wired, person, input)
  return settings ?? problem("bad-request", "timeZone: not a known time zone")
})
