import { useEffect, useRef, useState } from "react"

/** The server's clock, run on by the browser's: its own date may be wrong. The function stays the same one. */
export function useServerNow(now: string, readAtMs: number): () => Date {
  const aheadMs = useRef(0)
  useEffect(() => {
    aheadMs.current = Date.parse(now) - readAtMs
  }, [now, readAtMs])
  const [read] = useState(() => () => new Date(Date.now() + aheadMs.current))
  return read
}
