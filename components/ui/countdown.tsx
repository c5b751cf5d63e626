import { useEffect, useState } from "react"

const EVERY_MS = 250

/** The moment by a clock, again and again, for what is drawn by it. */
export function useTicking(now: () => Date): number {
  const [ms, setMs] = useState(() => now().getTime())
  useEffect(() => {
    setMs(now().getTime())
    const timer = setInterval(() => setMs(now().getTime()), EVERY_MS)
    return () => clearInterval(timer)
  }, [now])
  return ms
}

/** "0:23", "12:05"; what is over is "0:00". @param ms that are left */
export function Countdown({ ms }: { readonly ms: number }) {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  return (
    <span role="timer">
      {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, "0")}
    </span>
  )
}
