import { ifmatch } from "../index"

/* Who am I, when is somebody free, hold, commit, be told who won. IFMATCH_URL and IFMATCH_KEY say where and who. */

const api = ifmatch({ baseUrl: process.env.IFMATCH_URL ?? "http://localhost:3000", key: process.env.IFMATCH_KEY ?? "" })

const me = await api.whoami()
if (me.kind !== "done") throw new Error(`not let in: ${JSON.stringify(me)}`)
const person = me.value.people[0]
if (!person) throw new Error("nobody lists this agent yet")
console.log(`I am ${me.value.agent.name}, number ${person.your_priority} of ${person.name}`)

const now = Date.now()
const free = await api.availability({
  user_id: [person.user_id],
  range_start: new Date(now).toISOString(),
  range_end: new Date(now + 14 * 86_400_000).toISOString(),
  duration_minutes: 30,
})
if (free.kind !== "done") throw new Error(JSON.stringify(free))
const slot = free.value.slots.at(-1)
if (!slot) throw new Error("nothing is free")

const held = await api.hold({ user_id: person.user_id, ...slot })
if (held.kind !== "done") throw new Error(JSON.stringify(held))
const booked = await api.commit({ hold_id: held.value.id, title: "Quickstart" })
if (booked.kind !== "done") throw new Error(JSON.stringify(booked))
console.log(`booked ${booked.value.start}, may be bumped until ${booked.value.bump_until}`)

// the same slot once more: a lost race is a value
const again = await api.commit({ user_id: person.user_id, ...slot, title: "Too late" })
if (again.kind === "conflict")
  console.log(`conflict: ${again.conflict.error}, see audit row ${again.conflict.audit_event_id}`)

await api.cancel(booked.value.id)
console.log("cancelled")
