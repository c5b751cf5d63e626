import { type RefObject, useCallback, useEffect, useRef } from "react"

const NEAR_PX = 80

/**
 * Keeps a scrolled area at its end while its content grows, unless the person has scrolled up from there.
 * @returns goes back to the end, and stays there
 */
export function useStickToEnd(area: RefObject<HTMLElement | null>): () => void {
  const isAtEnd = useRef(true)

  const toEnd = useCallback(() => {
    if (isAtEnd.current && area.current) area.current.scrollTop = area.current.scrollHeight
  }, [area])

  useEffect(() => {
    const scrolled = area.current
    const content = scrolled?.firstElementChild
    if (!scrolled || !content) return
    let lastTop = scrolled.scrollTop
    const moved = () => {
      // heard of later than it happened: the content may have grown since, so that being far from the end does not say who went there
      if (scrolled.scrollHeight - scrolled.scrollTop - scrolled.clientHeight < NEAR_PX) isAtEnd.current = true
      else if (scrolled.scrollTop < lastTop) isAtEnd.current = false
      lastTop = scrolled.scrollTop
    }
    const observer = new ResizeObserver(toEnd)
    observer.observe(content)
    observer.observe(scrolled)
    // where the oldest goes as the newest comes nothing grows, and the browser keeps in place what was looked at: that is nobody's scrolling
    const changes = new MutationObserver(toEnd)
    changes.observe(content, { childList: true, subtree: true })
    scrolled.addEventListener("scroll", moved, { passive: true })
    return () => {
      observer.disconnect()
      changes.disconnect()
      scrolled.removeEventListener("scroll", moved)
    }
  }, [area, toEnd])

  return useCallback(() => {
    isAtEnd.current = true
    toEnd()
  }, [toEnd])
}
