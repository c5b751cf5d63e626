import { Button } from "@/components/ui/button"

export const EXAMPLES = [
  "Move my weekly sync to Thursday 3pm",
  "Push the design review by 30 min",
  "Swap lunch and the dentist",
] as const

interface ExamplesProps {
  readonly examples: readonly string[]
  readonly onPick: (words: string) => void
}

/** Sentences to start from; a press puts one into the input, it does not send it. */
export const Examples = ({ examples, onPick }: ExamplesProps) => (
  <ul className="flex flex-wrap gap-2" aria-label="Examples">
    {examples.map((words) => (
      <li key={words} className="max-w-full">
        <Button
          size="small"
          className="h-auto min-h-8 max-w-full rounded-full py-1 text-left font-normal whitespace-normal max-md:min-h-10"
          onClick={() => onPick(words)}
        >
          {words}
        </Button>
      </li>
    ))}
  </ul>
)
