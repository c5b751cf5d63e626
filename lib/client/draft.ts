import { useEffect, useState } from "react"

/** Words typed but not sent: they outlast a failed request and a reload of the tab. */
export function useDraft(name: string): readonly [string, (text: string) => void] {
  const [text, setText] = useState("")
  const place = `ifmatch.draft.${name}`
  useEffect(() => {
    const kept = sessionStorage.getItem(place)
    if (kept) setText((typed) => typed || kept)
  }, [place])
  const keep = (next: string) => {
    setText(next)
    sessionStorage.setItem(place, next)
  }
  return [text, keep]
}
