import { Card } from "@/components/ui/card"
import { Prose } from "@/components/ui/prose"
import type { TurnView } from "@/lib/client/assistant"
import { Examples } from "./examples"
import { ProposalCard } from "./proposal-card"
import { Question } from "./question"

interface TurnProps {
  readonly turn: TurnView
  readonly timeZone: string
  readonly onPick: (words: string) => void
}

/** One line of the person and its answer; or what an agent of theirs proposed unasked. */
export const Turn = ({ turn, timeZone, onPick }: TurnProps) => (
  <li>
    <article id={`turn-${turn.id}`} aria-label={turn.words || unasked(turn)} className="grid gap-3">
      {turn.words && <Said words={turn.words} />}
      {turn.note && (
        <p className="text-sm text-ink-soft">
          <Prose text={turn.note} />
        </p>
      )}
      <Answer turn={turn} timeZone={timeZone} onPick={onPick} />
    </article>
  </li>
)

/** What an agent proposed of its own accord. */
const unasked = ({ answer }: TurnView): string =>
  answer.kind === "proposal" && answer.proposal.agent ? `From ${answer.proposal.agent.name}` : "From the assistant"

export const Said = ({ words }: { readonly words: string }) => (
  <p className="ml-8 max-w-[85%] justify-self-end rounded-2xl rounded-br-md bg-accent-soft px-4 py-2 whitespace-pre-line text-accent-soft-ink [overflow-wrap:anywhere]">
    <span className="sr-only">You: </span>
    {words}
  </p>
)

function Answer({ turn, timeZone, onPick }: TurnProps) {
  const { answer } = turn
  switch (answer.kind) {
    case "proposal":
      return <ProposalCard proposal={answer.proposal} timeZone={timeZone} />
    case "question":
      return <Question turnId={turn.id} question={answer} />
    case "refusal":
      return (
        <Card className="grid gap-3 p-4">
          <p>
            <Prose text={answer.text} />
          </p>
          {answer.examples.length > 0 && <Examples examples={answer.examples} onPick={onPick} />}
        </Card>
      )
    case "told":
      return (
        <Card className="grid gap-3 p-4" role="group" aria-label="Answer">
          <p className="font-medium">
            <Prose text={answer.text} />
          </p>
          {answer.lines.length > 0 && (
            <ul className="grid gap-1 text-sm">
              {answer.lines.map((line) => (
                <li key={line}>
                  <Prose text={line} />
                </li>
              ))}
            </ul>
          )}
        </Card>
      )
    default:
      return answer satisfies never
  }
}
