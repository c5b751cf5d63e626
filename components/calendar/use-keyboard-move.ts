import { type KeyboardEvent, useEffect, useRef, useState } from "react"
import type { Span } from "@/lib/domain/event"
import { type Shift, shifted } from "./shifted"
import type { EventItem } from "./week-items"

const STEPS: Readonly<Record<string, Shift>> = {
  ArrowUp: { days: 0, minutes: -15 },
  ArrowDown: { days: 0, minutes: 15 },
  ArrowLeft: { days: -1, minutes: 0 },
  ArrowRight: { days: 1, minutes: 0 },
}

/** An event on its way by keyboard: where it came from and where it stands now. */
export interface KeyboardMove {
  readonly item: EventItem
  readonly to: Span
}

/**
 * Alt with an arrow moves the focused event; letting go of Alt writes once, however many steps it took (each write needs the version that the one
 * before left behind). Escape puts it back.
 */
export function useKeyboardMove(timeZone: string, commit: (move: KeyboardMove) => void) {
  const [moving, setMoving] = useState<KeyboardMove | null>(null)
  const latest = useRef({ moving, commit })
  latest.current = { moving, commit }
  const active = moving !== null

  useEffect(() => {
    if (!active) return
    const end = (write: boolean) => {
      const { moving: move, commit: write_ } = latest.current
      setMoving(null)
      if (write && move) write_(move)
    }
    const released = (event: globalThis.KeyboardEvent) => event.key === "Alt" && end(true)
    const escaped = (event: globalThis.KeyboardEvent) => event.key === "Escape" && end(false)
    const left = () => end(true)
    // once it is on its way the keys count wherever the focus is: the event is drawn anew with each step
    const stepped = (event: globalThis.KeyboardEvent) => {
      const step = event.altKey && !event.defaultPrevented ? STEPS[event.key] : undefined
      if (!step) return
      event.preventDefault()
      setMoving((move) => move && { ...move, to: shifted(move.to, step, timeZone) })
    }
    window.addEventListener("keydown", stepped)
    window.addEventListener("keyup", released)
    window.addEventListener("keydown", escaped)
    window.addEventListener("blur", left)
    return () => {
      window.removeEventListener("keyup", released)
      window.removeEventListener("keydown", escaped)
      window.removeEventListener("blur", left)
      window.removeEventListener("keydown", stepped)
    }
  }, [active, timeZone])

  /** True when the key was one of ours. */
  function press(event: KeyboardEvent, focused: EventItem | null): void {
    const step = event.altKey ? STEPS[event.key] : undefined
    const item = moving?.item ?? focused
    if (!step || !item?.shown.event.movable) return
    event.preventDefault()
    setMoving((move) => ({ item, to: shifted(move?.to ?? item.shown.event, step, timeZone) }))
  }

  return { moving, press }
}
