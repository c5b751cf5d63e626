import { Field, Input, Select } from "@/components/ui/field"
import type { ModelView, ModelWish } from "@/lib/client/model"
import { MODEL_PROVIDERS, type ModelProvider } from "@/lib/domain/model-choice"
import { PROVIDER_NAMES } from "./model-words"

/** What the form holds. The key is only ever a new one: the one that is kept never comes to a browser. */
export interface Draft {
  readonly kind: ModelView["choice"]["kind"]
  readonly provider: ModelProvider
  readonly model: string
  readonly baseUrl: string
  readonly key: string
  readonly dropsKey: boolean
}

export function draftOf({ choice }: ModelView): Draft {
  const own = choice.kind === "own" ? choice : { provider: "openai-compatible" as const, model: "", baseUrl: null }
  const { provider, model, baseUrl } = own
  return { kind: choice.kind, provider, model, baseUrl: baseUrl ?? "", key: "", dropsKey: false }
}

/** As the server is asked for it; null while something is missing. */
export function wishOf({ kind, provider, model, baseUrl, key, dropsKey }: Draft): ModelWish["body"] | null {
  if (kind !== "own") return { choice: { kind } }
  const [name, address] = [model.trim(), baseUrl.trim()]
  if (!name || (!address && provider === "openai-compatible")) return null
  const choice = { kind, provider, model: name, baseUrl: address || null }
  return { choice, ...(dropsKey ? { key: null } : key.trim() ? { key: key.trim() } : {}) }
}

interface OwnModelFieldsProps {
  readonly draft: Draft
  readonly keySet: boolean
  readonly change: (part: Partial<Draft>) => void
  /** Say what is missing: it was tried. */
  readonly shown: boolean
}

export function OwnModelFields({ draft, keySet, change, shown }: OwnModelFieldsProps) {
  const { provider, model, baseUrl, key, dropsKey } = draft
  const isCompatible = provider === "openai-compatible"
  const missing = (is: boolean) => (shown && is ? { error: "Is needed." } : {})
  const text = { autoComplete: "off", autoCapitalize: "none", spellCheck: false } as const
  return (
    <>
      <Field label="Kind">
        {(ids) => (
          <Select {...ids} value={provider} onChange={(e) => change({ provider: e.target.value as ModelProvider })}>
            {MODEL_PROVIDERS.map((id) => (
              <option key={id} value={id}>
                {PROVIDER_NAMES[id]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="Model"
        hint="Its name at that provider. It has to be able to call tools."
        {...missing(!model.trim())}
      >
        {(ids) => <Input {...ids} {...text} value={model} onChange={(e) => change({ model: e.target.value })} />}
      </Field>
      <Field
        label="Address"
        hint={
          isCompatible
            ? "Where the API begins, like https://llm.example.com/v1. A public https address."
            : "Only if a proxy stands before the provider."
        }
        {...missing(isCompatible && !baseUrl.trim())}
      >
        {(ids) => (
          <Input
            {...ids}
            {...text}
            inputMode="url"
            value={baseUrl}
            onChange={(e) => change({ baseUrl: e.target.value })}
          />
        )}
      </Field>
      <Field
        label="Key"
        hint={
          keySet
            ? "A key is set. It is never shown; leave this empty to keep it, or write another one."
            : "No key is set. What you write here is sealed, and never shown again."
        }
      >
        {(ids) => (
          <Input
            {...ids}
            {...text}
            type="password"
            autoComplete="new-password"
            disabled={dropsKey}
            value={key}
            onChange={(e) => change({ key: e.target.value })}
          />
        )}
      </Field>
      {keySet && (
        <label className="flex items-center gap-3 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={dropsKey}
            onChange={(e) => change({ dropsKey: e.target.checked, key: "" })}
          />
          Remove the key
        </label>
      )}
    </>
  )
}
