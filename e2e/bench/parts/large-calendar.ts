import { formatDay } from "../../../lib/domain/format-when"
import { addDays, weekdayOf } from "../../../lib/domain/zoned-time"
import type { Sandbox } from "../../../lib/testing/sandbox"

/*
 * A calendar of many events in what a line of chat looks at (a week back, six ahead), and orders of different kinds for some of them.
 */

const ME = "ada@google.sandbox"
const GUEST = "ben@google.sandbox"
const TITLES = ["Client call", "Budget planning", "Retro", "Gym", "Kickoff", "Dentist", "Roadmap", "Interview"]
const BIRDS = ["Avocet", "Bittern", "Curlew", "Dunlin", "Egret", "Fulmar", "Gannet", "Heron"]
const TREES = ["Alder", "Birch", "Cedar", "Dogwood", "Elder", "Ficus", "Gorse", "Hazel"]
const [DAYS_BACK, DAYS] = [6, 47]
/** Two hours of the day are left for what is looked for. */
const HOURS = [7, 8, 9, 10, 11, 13, 14, 15, 17, 18, 19]

interface Wish {
  readonly summary: string
  readonly start: string
  readonly end: string
  readonly person?: string
  readonly attendees?: readonly string[]
}

/** A working day of its own for each of the events that orders are for. */
function dayOf(today: string, index: number): string {
  const days = Array.from({ length: 40 }, (_, ahead) => addDays(today, ahead + 1)).filter((day) => weekdayOf(day) < 6)
  return days[index % days.length] ?? today
}

/** Puts `size` events there, in wall-clock times of the calendar. */
export async function fillCalendar(sandbox: Sandbox, today: string, size: number): Promise<void> {
  const own = BIRDS.map((bird, i): Wish => ({ summary: `${bird} review`, ...at(dayOf(today, i), 10, 0) }))
  const others = TREES.map(
    (tree, i): Wish => ({ summary: `${tree} talk`, ...at(dayOf(today, i), 11, 0), person: GUEST, attendees: [ME] }),
  )
  const filling = Array.from({ length: size - own.length - others.length }, (_, i): Wish => {
    const day = addDays(today, (i % DAYS) - DAYS_BACK)
    const attendees = i % 3 === 0 ? [GUEST] : []
    return {
      summary: `${TITLES[i % TITLES.length]} ${i % 29}`,
      ...at(day, HOURS[i % HOURS.length] ?? 7, 15 * (i % 3)),
      attendees,
    }
  })
  const waiting = [...own, ...others, ...filling]
  const one = async () => {
    for (let wish = waiting.pop(); wish; wish = waiting.pop())
      await sandbox.control("POST", "events", { provider: "google", person: ME, ...wish })
  }
  await Promise.all(Array.from({ length: 8 }, one))
}

/** As many orders as eight events of one's own and eight invitations allow, each kind in turn. */
export function ordersFor(today: string): readonly string[] {
  return BIRDS.flatMap((bird, i) => {
    const day = formatDay(dayOf(today, i + 3))
    const other = BIRDS[(i + 1) % BIRDS.length]
    return [
      `move the ${bird} review to ${day} at 3pm`,
      `push the ${bird} review back by 30 minutes`,
      `make the ${bird} review 45 minutes`,
      `cancel the ${bird} review`,
      `swap the ${bird} review with the ${other} review`,
      `decline the ${TREES[i]} talk`,
      `schedule lunch with Ben on ${day} at 12:30`,
      `find 30 minutes with Ben on ${day}`,
    ]
  })
}

function at(day: string, hour: number, minute: number): { start: string; end: string } {
  const clock = (minutes: number) =>
    [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":")
  const from = hour * 60 + minute
  return { start: `${day}T${clock(from)}`, end: `${day}T${clock(from + 30)}` }
}
