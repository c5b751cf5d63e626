"use client"

import { useState } from "react"
import { Section } from "@/components/ui/card"
import { useRace } from "@/lib/client/race"
import { RaceForm } from "./race-form"
import { RACE_PRESETS } from "./race-presets"
import { RaceSide } from "./race-side"

const [FIRST] = RACE_PRESETS

/** What is to be raced, and the two sides of the race beside each other. */
export function RaceScreen() {
  const [wish, setWish] = useState(FIRST?.wish)
  const { race, start } = useRace()
  if (!wish) return null
  return (
    <div className="grid grid-cols-1 items-start gap-5 lg:grid-cols-[24rem_1fr]">
      <Section title="The race" hint="The first of the list ranks highest. Each goes for the same half hour.">
        <RaceForm wish={wish} onWish={setWish} running={race?.state === "running"} onRace={() => void start(wish)} />
      </Section>
      <div className="grid grid-cols-1 gap-5 md:grid-cols-2">
        <Section title="Our engine" hint="The commit is the check: one statement locks, decides and writes.">
          <RaceSide side="engine" race={race} />
        </Section>
        <Section
          title="Check, then write"
          hint="A demonstration with a table of its own: is it free? Then write. Nothing else reads that table."
        >
          <RaceSide side="careless" race={race} />
        </Section>
      </div>
    </div>
  )
}
