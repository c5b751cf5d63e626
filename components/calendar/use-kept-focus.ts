import { type RefObject, useEffect, useRef } from "react"
import { focusItem } from "./focus-item"

/** The grid draws its events anew when one of them changed; whoever had the focus gets it back, unless the person went elsewhere. */
export function useKeptFocus(area: RefObject<HTMLElement | null>, drawn: unknown): void {
  const last = useRef<string | null>(null)
  useEffect(() => {
    const focused = ({ target }: FocusEvent) => {
      const item =
        target instanceof HTMLElement && area.current?.contains(target) ? target.closest("[data-item]") : null
      last.current = item instanceof HTMLElement ? (item.dataset.item ?? null) : null
    }
    document.addEventListener("focusin", focused)
    return () => document.removeEventListener("focusin", focused)
  }, [area])

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs after each new drawing
  useEffect(() => {
    const id = last.current
    if (id === null) return
    const frame = requestAnimationFrame(() => {
      if (document.activeElement === document.body) focusItem(id)
    })
    return () => cancelAnimationFrame(frame)
  }, [drawn])
}
