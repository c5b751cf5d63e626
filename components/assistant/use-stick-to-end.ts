import { type RefObject, useEffect } from "react"

const NEAR_PX = 80

/** Keeps a scrolled area at its end while its content grows, unless the person has scrolled away from there. */
export function useStickToEnd(area: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const scrolled = area.current
    const content = scrolled?.firstElementChild
    if (!scrolled || !content) return
    let isAtEnd = true
    const toEnd = () => {
      if (isAtEnd) scrolled.scrollTop = scrolled.scrollHeight
    }
    const moved = () => {
      isAtEnd = scrolled.scrollHeight - scrolled.scrollTop - scrolled.clientHeight < NEAR_PX
    }
    const observer = new ResizeObserver(toEnd)
    observer.observe(content)
    observer.observe(scrolled)
    scrolled.addEventListener("scroll", moved, { passive: true })
    return () => {
      observer.disconnect()
      scrolled.removeEventListener("scroll", moved)
    }
  }, [area])
}
