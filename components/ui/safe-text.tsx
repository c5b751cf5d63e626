import { visibleText } from "@/lib/domain/visible-text"
import { cn } from "./cn"

interface SafeTextProps {
  readonly text: string
  readonly className?: string
  /** What stands for an empty text. */
  readonly empty?: string
}

/**
 * A text that somebody else may have written (an event's title, a place, a name): never markup, never a link, and characters that are invisible
 * or turn the reading direction are shown instead of obeyed. `<bdi>` keeps a right-to-left title from turning its surroundings.
 */
export function SafeText({ text, className, empty = "(no title)" }: SafeTextProps) {
  const pieces = visibleText(text.trim() === "" ? empty : text)
  return (
    <bdi className={cn("[overflow-wrap:anywhere]", className)}>
      {pieces.map((piece, at) =>
        piece.kind === "text" ? (
          piece.text
        ) : (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name and never move
            key={at}
            title={piece.name}
            className="mx-px rounded-sm bg-warn-soft px-0.5 font-mono text-[0.75em] text-warn"
          >
            {piece.text}
          </span>
        ),
      )}
    </bdi>
  )
}
