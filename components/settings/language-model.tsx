"use client"

import { Section } from "@/components/ui/card"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useModel } from "@/lib/client/model"
import { ModelForm } from "./model-form"

/** For admins: what reads the words of everybody in the workspace. */
export function LanguageModel() {
  const { data: model, error, refetch } = useModel()
  return (
    <Section
      title="Language model"
      hint="Reads what everybody in this workspace writes to the assistant. It is sent their words and, of events, ids, times and flags: no title, no name, nobody’s address. Where it fails, the grammar answers and says so."
    >
      {model ? (
        <ModelForm model={model} />
      ) : error ? (
        <ProblemNotice error={error} retry={() => void refetch()} />
      ) : (
        <div role="status" aria-label="Loading" className="h-24 animate-pulse rounded-lg bg-sunken" />
      )}
    </Section>
  )
}
