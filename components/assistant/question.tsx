"use client"

import { Check } from "lucide-react"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { Prose } from "@/components/ui/prose"
import { type AnswerView, useChoose } from "@/lib/client/assistant"

interface QuestionProps {
  readonly turnId: string
  readonly question: Extract<AnswerView, { kind: "question" }>
}

/** Two readings differ in effect: one button each. */
export function Question({ turnId, question }: QuestionProps) {
  const choose = useChoose()
  const pressed = choose.isPending ? choose.variables.choice : null
  const answered = question.chosen !== null
  return (
    <Card className="grid gap-3 p-4" role="group" aria-label="Question">
      <p className="font-medium">
        <Prose text={question.text} />
      </p>
      {choose.isError && <ProblemNotice error={choose.error} />}
      <ul className="grid gap-2">
        {question.choices.map(({ label, why }, choice) => (
          <li key={label}>
            <Button
              className="h-auto min-h-10 w-full max-md:h-auto max-md:min-h-11 justify-start py-2 text-left whitespace-normal"
              pending={pressed === choice}
              disabled={answered || (pressed !== null && pressed !== choice)}
              onClick={() => choose.mutate({ turnId, choice })}
            >
              {question.chosen === choice && <Check aria-label="chosen" />}
              <span className="grid gap-0.5">
                <Prose text={label} />
                {why !== undefined && (
                  <span className="text-sm font-normal opacity-80">
                    <Prose text={why} />
                  </span>
                )}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  )
}
