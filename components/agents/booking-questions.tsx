import { Button } from "@/components/ui/button"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { SafeText } from "@/components/ui/safe-text"
import { SpanText } from "@/components/ui/span-text"
import { type BookingQuestionView, useAnswerBooking } from "@/lib/client/agents"
import { SlotRow } from "./slot-row"

interface BookingQuestionsProps {
  readonly questions: readonly BookingQuestionView[]
  readonly timeZone: string
}

/** What the person is asked of frozen bookings. The first choice changes nothing. */
export const BookingQuestions = ({ questions, timeZone }: BookingQuestionsProps) => (
  <ul aria-label="Questions about bookings" className="grid grid-cols-1 divide-y divide-line">
    {questions.map((question) => (
      <Asked key={question.id} question={question} timeZone={timeZone} />
    ))}
  </ul>
)

interface AskedProps {
  readonly question: BookingQuestionView
  readonly timeZone: string
}

function Asked({ question, timeZone }: AskedProps) {
  const answer = useAnswerBooking()
  const pressed = answer.isPending ? answer.variables.choice : null
  const { id, about, outside, title } = question
  const button = (choice: "keep" | "cancel", label: string) => (
    <Button
      size="small"
      aria-label={`${label}: ${title}`}
      pending={pressed === choice}
      disabled={pressed !== null && pressed !== choice}
      onClick={() => answer.mutate({ id, choice })}
    >
      {label}
    </Button>
  )
  return (
    <SlotRow row={question} timeZone={timeZone} what={<SafeText text={title} />}>
      <p className="basis-full text-sm">
        {WHAT[about]} <Where outside={outside} timeZone={timeZone} />. {WHAT_NOW[about]}
      </p>
      {button("keep", about === "overlap" ? "Keep both" : "Leave it so")}
      {button("cancel", "Cancel the booking")}
      {answer.isError && <ProblemNotice error={answer.error} className="basis-full" />}
    </SlotRow>
  )
}

const WHAT = {
  overlap: "An event of yours was put over it, at",
  moved: "Its event was moved, and the booking could not follow to",
} as const

const WHAT_NOW = {
  overlap: "The booking was frozen by then, so it still stands.",
  moved: "The agent still goes by the time above.",
} as const

function Where({ outside, timeZone }: { readonly outside: BookingQuestionView["outside"]; readonly timeZone: string }) {
  if (!outside) return "whole days"
  const timed = (at: string) => ({ kind: "timed", at, timeZone }) as const
  return (
    <SpanText
      span={{ start: timed(outside.start), end: timed(outside.end) }}
      timeZone={timeZone}
      className="font-semibold"
    />
  )
}
