import type { Scope } from "../../domain/agent-key"

/** What a tool says: `kind` first. */
export interface Said {
  readonly [field: string]: unknown
  readonly kind: string
}

/** As text for models that read it, and as data for programs. */
export const said = (content: Said, isError = false) => ({
  content: [{ type: "text" as const, text: JSON.stringify(content) }],
  structuredContent: { ...content },
  ...(isError && { isError }),
})

/** Answers only for a key that has the scope. */
export type Allowed = (
  scope: Scope | null,
  answer: () => Promise<ReturnType<typeof said>>,
) => Promise<ReturnType<typeof said>>
