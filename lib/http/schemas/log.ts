import { z } from "zod"
import type { ProposalView } from "./proposal"

const blankIsAbsent = (value: unknown) => (value === "" ? undefined : value)
const Optional = (max: number) => z.preprocess(blankIsAbsent, z.string().max(max).optional())

/** GET /api/log */
export const LogRequest = z.object({
  person: Optional(64),
  agent: Optional(64),
  /** An event key, as the rows name it. */
  event: Optional(2048),
  kind: Optional(32),
  outcome: Optional(32),
  from: z.preprocess(blankIsAbsent, z.iso.datetime({ offset: true }).optional()),
  to: z.preprocess(blankIsAbsent, z.iso.datetime({ offset: true }).optional()),
  /** Rows with a smaller id than this: the next page. */
  before: z.preprocess(
    blankIsAbsent,
    z
      .string()
      .regex(/^\d{1,18}$/)
      .optional(),
  ),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type LogFilter = z.infer<typeof LogRequest>

/** GET /api/log/story?proposal= : all rows of one proposal, oldest first. */
export const StoryRequest = z.object({ proposal: z.string().min(1).max(64) })

export interface LogStory {
  readonly rows: readonly LogRowView[]
  /** As it stands, where it is the reader's own; somebody else's is not shown here. */
  readonly proposal: ProposalView | null
}

export interface LogRowView {
  readonly id: string
  /** Position in the sealed chain; null while it waits for the sealer. */
  readonly seq: string | null
  readonly at: string
  readonly actor: { readonly kind: string; readonly id: string; readonly name: string }
  readonly kind: string
  readonly subject: { readonly kind: string; readonly id: string }
  readonly person: { readonly id: string; readonly name: string } | null
  readonly proposalId: string | null
  readonly intentId: string | null
  readonly outcome: string | null
  readonly body: Readonly<Record<string, unknown>>
  /** The title, if the reader may see it. */
  readonly title: string | null
  readonly titleHidden: boolean
  readonly leafHash: string | null
  /** The row in words. */
  readonly text: string
}

export interface LogPage {
  readonly rows: readonly LogRowView[]
  readonly nextBefore: string | null
  readonly unsealed: number
  readonly people: readonly { readonly id: string; readonly name: string }[]
}

/** POST /api/log/verify */
export interface Verification {
  readonly ok: boolean
  readonly size: number
  readonly unsealed: number
  readonly root: string
  readonly checkpoints: number
  readonly outsideCheckpoints: number
  readonly problems: readonly { readonly kind: string; readonly seq: string | null; readonly text: string }[]
  readonly tookMs: number
  /** What this does not prove. */
  readonly limits: readonly string[]
}
