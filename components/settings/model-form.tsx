"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { Field, Select } from "@/components/ui/field"
import { Notice } from "@/components/ui/notice"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { type ModelView, useChooseModel, useTryModel } from "@/lib/client/model"
import { choiceWords } from "./model-words"
import { type Draft, draftOf, OwnModelFields, wishOf } from "./own-model-fields"

/** Filled once, from the choice that is `seen`: what somebody else chooses meanwhile shows when it is saved, and is not written over. */
export function ModelForm({ model }: { readonly model: ModelView }) {
  const [seen, setSeen] = useState(model)
  const [draft, setDraft] = useState(draftOf(model))
  const [tried, setTried] = useState(false)
  const choose = useChooseModel()
  const trial = useTryModel()
  const wish = wishOf(draft)
  const lost = choose.data?.kind === "conflict" && seen.version !== choose.data.now.version ? choose.data.now : null

  const showAs = (now: ModelView) => {
    setSeen(now)
    setDraft(draftOf(now))
    setTried(false)
  }
  const save = (on: ModelView) => {
    setTried(true)
    trial.reset()
    if (!wish) return
    const done = ({ kind, now }: { kind: string; now: ModelView }) => {
      if (kind !== "chosen") return
      showAs(now)
      if (now.choice.kind !== "grammar") trial.mutate()
    }
    choose.mutate({ seen: on.version, body: wish }, { onSuccess: done })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save(seen)
  }
  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part })
    choose.reset()
    trial.reset()
  }
  return (
    <form onSubmit={submit} noValidate aria-label="Language model" className="grid max-w-md grid-cols-1 gap-4">
      <Field label="Words are read by">
        {(ids) => (
          <Select {...ids} value={draft.kind} onChange={(e) => change({ kind: e.target.value as Draft["kind"] })}>
            <option value="grammar">The grammar: no model, no network</option>
            {seen.installation && <option value="installation">The installation's model: {seen.installation}</option>}
            <option value="own">A model of this workspace</option>
          </Select>
        )}
      </Field>
      {draft.kind === "own" && (
        <OwnModelFields draft={draft} keySet={(lost ?? seen).keySet} change={change} shown={tried} />
      )}
      {choose.isError && <ProblemNotice error={choose.error} />}
      {lost && (
        <Notice
          tone="warn"
          live
          action={
            <span className="flex flex-wrap gap-2">
              <Button size="small" onClick={() => showAs(lost)}>
                Keep theirs
              </Button>
              <Button size="small" onClick={() => save(lost)}>
                Save mine anyway
              </Button>
            </span>
          }
        >
          Somebody changed this meanwhile: it is {choiceWords(lost)} now. Yours was not saved.
        </Notice>
      )}
      {choose.data?.kind === "chosen" && (
        <Notice tone="good" live>
          Saved.
        </Notice>
      )}
      <Trial trial={trial} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" pending={choose.isPending}>
          Save
        </Button>
        {seen.choice.kind !== "grammar" && (
          <Button pending={trial.isPending} onClick={() => trial.mutate()}>
            Try it
          </Button>
        )}
      </div>
    </form>
  )
}

/** What the model says to one question about an empty calendar. */
function Trial({ trial }: { readonly trial: ReturnType<typeof useTryModel> }) {
  if (trial.isPending)
    return (
      <p role="status" className="text-sm text-ink-soft">
        Asking the model...
      </p>
    )
  if (trial.isError) return <ProblemNotice error={trial.error} retry={() => trial.mutate()} />
  if (!trial.data) return null
  return (
    <Notice tone={trial.data.failure ? "danger" : "good"} live>
      {trial.data.failure ?? "The model answered as it should."}
    </Notice>
  )
}
