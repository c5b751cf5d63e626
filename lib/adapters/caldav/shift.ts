import "server-only"
import type { When } from "../../domain/event"
import { type Component, isLine, type Line, makeLine } from "./content-lines"
import { compact } from "./recurrence"
import type { Resource } from "./resource"
import { momentOf, momentWallMs, timeLine } from "./times"
import { wallAt, wallMs, wallOfText } from "./zones"

/** How far a series' wall clock moves when its start goes to `to`, in milliseconds. @throws {RangeError} when it turns from hours to days or back */
export function shiftOf({ start, zones }: Pick<Resource, "start" | "zones">, to: When): number {
  const line = timeLine("DTSTART", to, null, zones)
  const moved = momentOf(line.value, line, zones)
  if (start.kind === "wall" && to.kind === "timed")
    return wallMs(start.zone.toWall(Date.parse(to.at))) - wallMs(start.wall)
  if (start.kind === "wall" || moved.kind === "wall") throw new RangeError("a series from hours to days")
  return momentWallMs(moved) - momentWallMs(start)
}

/** What names instances (EXDATE, RDATE, RECURRENCE-ID), moved along with them. @throws {RangeError} for periods */
export function shifted(
  event: Component,
  { start, zones }: Pick<Resource, "start" | "zones">,
  shiftMs: number,
): Component {
  if (shiftMs === 0) return event
  const moment = (value: string, line: Line) => {
    const at = wallAt(momentWallMs(momentOf(value, line, zones)) + shiftMs)
    const text = compact(at)
    return start.kind === "date" || !value.includes("T")
      ? text.slice(0, 8)
      : value.trim().endsWith("Z")
        ? shiftUtc(value)
        : text
  }
  // an instant is moved on the series' own wall, where the change of clocks is
  const shiftUtc = (value: string) => {
    if (start.kind === "date") return value
    const ms = wallMs(wallOfText(value))
    return `${compact(wallAt(start.zone.toMs(wallAt(wallMs(start.zone.toWall(ms)) + shiftMs))))}Z`
  }
  const children = event.children.map((child) => {
    if (!isLine(child) || !/^(EXDATE|RDATE|RECURRENCE-ID)$/.test(child.name)) return child
    if (child.value.includes("/")) throw new RangeError("a series with periods of its own")
    const values = child.value.split(",").map((value) => moment(value, child))
    return makeLine(child.name, values.join(","), Object.fromEntries(child.params))
  })
  return { ...event, children }
}
