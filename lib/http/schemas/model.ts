import { z } from "zod"
import { MODEL_PROVIDERS, type ModelChoice } from "../../domain/model-choice"

const ApiBase = z
  .url({ protocol: /^https?$/, error: "must be an address like https://llm.example.com/v1" })
  .max(500)
  .refine((text) => !/[?#]/.test(text), "must not have a query")
  .transform((text) => text.replace(/\/+$/, ""))

const OwnChoice = z
  .object({
    kind: z.literal("own"),
    provider: z.enum(MODEL_PROVIDERS),
    model: z.string().regex(/^[\w.:/@+-]{1,200}$/, "must be a model's name, like gpt-5-mini"),
    baseUrl: ApiBase.nullable(),
  })
  .refine(({ provider, baseUrl }) => provider !== "openai-compatible" || baseUrl !== null, {
    path: ["baseUrl"],
    error: "is needed",
  })

/** PATCH /api/settings/model, with the version on screen as If-Match. `key`: left out, it stays; null takes it away. It is in no answer. */
export const ChooseModelRequest = z.object({
  choice: z.union([z.object({ kind: z.enum(["grammar", "installation"]) }), OwnChoice]),
  key: z
    .string()
    .regex(/^[\x21-\x7e]{1,500}$/, "must be a key: letters, digits and signs without spaces")
    .nullish(),
})

export interface ModelView {
  readonly choice: ModelChoice
  readonly version: string
  readonly keySet: boolean
  /** The model that the environment names; null: none. */
  readonly installation: string | null
}

/** `conflict` (412): somebody else chose meanwhile, and nothing was written. */
export type ModelAnswer = { readonly kind: "chosen" | "conflict"; readonly now: ModelView }

/** POST /api/settings/model/try. `failure`: a sentence; null: it answered. */
export interface TriedModel {
  readonly failure: string | null
}
