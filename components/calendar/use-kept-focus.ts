import { type RefObject, useEffect } from "react"
import { focusItem } from "./focus-item"

/**
 * The grid draws its events anew when one of them changed. Whoever had the focus gets it back before anything else happens, the next key among it, unless the
 * person went elsewhere.
 */
export function useKeptFocus(area: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const held = area.current
    if (!held) return
    let last: string | null = null
    const itemOf = (target: EventTarget | null): string | null => {
      const item = target instanceof Element && held.contains(target) ? target.closest("[data-item]") : null
      return item instanceof HTMLElement ? (item.dataset.item ?? null) : null
    }
    const focused = ({ target }: FocusEvent) => {
      last = itemOf(target)
    }
    const pressed = ({ target }: PointerEvent) => {
      if (itemOf(target) === null) last = null
    }
    const redrawn = new MutationObserver(() => {
      if (last !== null && document.activeElement === document.body) focusItem(last)
    })
    document.addEventListener("focusin", focused)
    document.addEventListener("pointerdown", pressed)
    redrawn.observe(held, { childList: true, subtree: true })
    return () => {
      document.removeEventListener("focusin", focused)
      document.removeEventListener("pointerdown", pressed)
      redrawn.disconnect()
    }
  }, [area])
}
