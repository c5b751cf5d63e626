import { cn } from "./cn"
import { SafeText } from "./safe-text"

interface ProseProps {
  readonly text: string
  readonly className?: string
}

/** Two clock times with a hyphen are one word to a reader, but not to a browser. */
const RANGE = /(\d\d:\d\d-\d\d:\d\d)/

/** A sentence of the server's. It may quote what somebody else wrote, so it is shown as such a text is. */
export const Prose = ({ text, className }: ProseProps) => (
  <span className={cn("whitespace-pre-line", className)}>
    {text.split(RANGE).map((part, at) =>
      at % 2 === 0 ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence have no other name and never move
        <SafeText key={at} text={part} empty={part} />
      ) : (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <span key={at} className="whitespace-nowrap">
          {part}
        </span>
      ),
    )}
  </span>
)
