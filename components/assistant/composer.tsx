"use client"

import { ArrowUp } from "lucide-react"
import { type FormEvent, type KeyboardEvent, type RefObject, useId } from "react"
import { Button } from "@/components/ui/button"

interface ComposerProps {
  readonly words: string
  readonly onWords: (words: string) => void
  readonly onSend: () => void
  readonly pending: boolean
  readonly input: RefObject<HTMLTextAreaElement | null>
}

/** Enter sends, Shift+Enter breaks the line. The words stay until they were answered. */
export function Composer({ words, onWords, onSend, pending, input }: ComposerProps) {
  const id = useId()
  const send = () => {
    if (words.trim() !== "" && !pending) onSend()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send()
  }
  const enter = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form
      onSubmit={submit}
      className="flex items-end gap-2 rounded-xl border border-line-strong/70 bg-surface p-1.5 focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent"
    >
      <label htmlFor={id} className="sr-only">
        What should be moved?
      </label>
      <textarea
        id={id}
        ref={input}
        rows={1}
        value={words}
        onChange={(event) => onWords(event.target.value)}
        onKeyDown={enter}
        placeholder="Say what to move, and where to"
        className="field-sizing-content max-h-40 min-h-9 w-full resize-none bg-transparent px-2 py-1.5 placeholder:text-ink-soft focus-visible:outline-none max-md:text-base"
      />
      <Button
        type="submit"
        variant="primary"
        size="icon"
        aria-label="Send"
        pending={pending}
        disabled={words.trim() === ""}
      >
        {!pending && <ArrowUp aria-hidden />}
      </Button>
    </form>
  )
}
