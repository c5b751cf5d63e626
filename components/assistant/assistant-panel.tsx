"use client"

import { LoaderCircle } from "lucide-react"
import { useRef } from "react"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useConversation, useSay } from "@/lib/client/assistant"
import { useDraft } from "@/lib/client/draft"
import { Composer } from "./composer"
import { EXAMPLES, Examples } from "./examples"
import { Said, Turn } from "./turn"
import { useStickToEnd } from "./use-stick-to-end"

/** The conversation. A failed request gives the words back to the input. */
export function AssistantPanel({ timeZone }: { readonly timeZone: string }) {
  const conversation = useConversation()
  const say = useSay()
  const [words, setWords] = useDraft("assistant")
  const input = useRef<HTMLTextAreaElement>(null)
  const area = useRef<HTMLDivElement>(null)
  const turns = conversation.data?.turns ?? []

  const goToEnd = useStickToEnd(area)

  const send = () => {
    const sent = words
    setWords("")
    goToEnd()
    say.mutate(sent, { onError: () => setWords(sent) })
  }
  const pick = (example: string) => {
    setWords(example)
    input.current?.focus()
  }
  return (
    <div className="flex h-full min-h-0 flex-col">
      <h2 className="sr-only">Assistant</h2>
      <div
        ref={area}
        // what is for screen readers only is placed by it: without that, a long conversation made the whole page taller
        className="relative min-h-0 flex-1 overflow-y-auto"
        role="log"
        aria-label="Conversation"
        aria-live="polite"
      >
        <div className="p-4">
          {conversation.isError && turns.length === 0 && (
            <ProblemNotice error={conversation.error} retry={() => void conversation.refetch()} />
          )}
          {conversation.isSuccess && turns.length === 0 && !say.isPending && <Welcome onPick={pick} />}
          <ol className="grid gap-5">
            {turns.map((turn) => (
              <Turn key={turn.id} turn={turn} timeZone={timeZone} onPick={pick} />
            ))}
            {say.isPending && (
              <li className="grid gap-3">
                <Said words={say.variables} />
                <p className="flex items-center gap-2 text-sm text-ink-soft">
                  <LoaderCircle aria-hidden className="size-4 animate-spin" /> Looking at your calendar...
                </p>
              </li>
            )}
          </ol>
        </div>
      </div>
      <div className="grid gap-2 border-t border-line p-3">
        {say.isError && <ProblemNotice error={say.error} retry={send} />}
        <Composer words={words} onWords={setWords} onSend={send} pending={say.isPending} input={input} />
      </div>
    </div>
  )
}

const Welcome = ({ onPick }: { readonly onPick: (words: string) => void }) => (
  <div className="grid gap-4 py-6">
    <div>
      <h3 className="text-lg font-semibold">What should be moved?</h3>
      <p className="mt-1 text-ink-soft">
        I propose first. Nothing is written before you press Apply, and never over a change that was made meanwhile.
      </p>
    </div>
    <Examples examples={EXAMPLES} onPick={onPick} />
  </div>
)
