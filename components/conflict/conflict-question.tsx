"use client"

import { CalendarClock, X } from "lucide-react"
import { AlertDialog } from "radix-ui"
import { useRef } from "react"
import { Button } from "@/components/ui/button"
import { cn } from "@/components/ui/cn"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { Prose } from "@/components/ui/prose"
import { overlayLook, panelLook } from "@/components/ui/sheet"
import { SpanText } from "@/components/ui/span-text"
import { type ConflictChoice, type ConflictView, useAnswerConflict } from "@/lib/client/proposals"
import { choiceLabel } from "./choice-words"
import { Comparison } from "./comparison"

interface ConflictQuestionProps {
  readonly conflict: ConflictView
  readonly timeZone: string
  readonly onLater: () => void
}

/** The question itself. The first choice is the one that changes nothing, and has the focus; Escape puts the question off. */
export function ConflictQuestion({ conflict, timeZone, onLater }: ConflictQuestionProps) {
  const first = useRef<HTMLButtonElement>(null)
  const answer = useAnswerConflict()
  const pressed = answer.isPending ? answer.variables.choice : null
  const choose = (choice: ConflictChoice) => answer.mutate({ id: conflict.id, choice })
  const focusFirst = (event: Event) => {
    event.preventDefault()
    first.current?.focus()
  }
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && onLater()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlayLook} />
        <AlertDialog.Content
          onOpenAutoFocus={focusFirst}
          className={cn(panelLook, "flex flex-col sm:w-[min(54rem,calc(100vw-2rem))]")}
        >
          <div className="flex items-start gap-3 p-5 pb-0 sm:p-7 sm:pb-0">
            <CalendarClock aria-hidden className="mt-0.5 size-6 shrink-0 text-warn" />
            <div className="min-w-0 flex-1">
              <AlertDialog.Title className="text-xl font-semibold tracking-tight text-balance">
                {conflict.title}
              </AlertDialog.Title>
              <AlertDialog.Description className="mt-1.5 text-ink-soft">
                <Prose text={conflict.text} />
              </AlertDialog.Description>
            </div>
            <Button
              variant="quiet"
              size="icon"
              aria-label="Decide later"
              title="Decide later"
              className="-mt-1 -mr-2"
              onClick={onLater}
            >
              <X aria-hidden />
            </Button>
          </div>
          <div className="grid gap-3 p-5 sm:px-7">
            {conflict.inTheWay && <InTheWay span={conflict.inTheWay} timeZone={timeZone} />}
            <Comparison conflict={conflict} timeZone={timeZone} />
          </div>
          <div className="sticky bottom-0 grid gap-3 border-t border-line bg-surface p-5 sm:px-7">
            {answer.isError && <ProblemNotice error={answer.error} />}
            <div className="flex flex-wrap gap-2 max-sm:flex-col">
              {conflict.choices.map((choice, at) => (
                <Button
                  key={choice}
                  ref={at === 0 ? first : undefined}
                  variant={at === 0 ? "primary" : "secondary"}
                  pending={pressed === choice}
                  disabled={pressed !== null && pressed !== choice}
                  onClick={() => choose(choice)}
                >
                  {choiceLabel(choice, conflict)}
                </Button>
              ))}
            </div>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

interface InTheWayProps {
  readonly span: { readonly start: string; readonly end: string }
  readonly timeZone: string
}

function InTheWay({ span, timeZone }: InTheWayProps) {
  const timed = (at: string) => ({ kind: "timed", at, timeZone }) as const
  return (
    <Notice tone="warn">
      Taken now:{" "}
      <SpanText
        span={{ start: timed(span.start), end: timed(span.end) }}
        timeZone={timeZone}
        className="font-semibold"
      />
    </Notice>
  )
}
