import type { Metadata } from "next"
import { RaceScreen } from "@/components/race/race-screen"
import { PageFrame } from "@/components/shell/page-frame"
import { requirePerson } from "@/lib/server/require-person"

export const metadata: Metadata = { title: "Race" }

export default async function RacePage() {
  await requirePerson()
  return (
    <PageFrame
      title="Race it yourself"
      intro="Several agents go for one slot: once through our engine, and beside it by looking first and writing then, as much software does. Both are real, on the real database; none of it touches a calendar of yours."
      wide
    >
      <RaceScreen />
    </PageFrame>
  )
}
