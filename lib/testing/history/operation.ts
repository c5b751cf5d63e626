/*
 * One history: what several clients asked of one key at the same time, and what they were told.
 *
 * - *Version*: made by one successful create, write or delete, and by no other ever. Opaque here: no order is read out of it.
 * - *Value*: a text that no two requests which may have been carried out have in common.
 */

export type Asked =
  | { readonly op: "read" }
  | { readonly op: "create"; readonly value: string }
  | { readonly op: "write"; readonly value: string; readonly expected: string }
  | { readonly op: "delete"; readonly expected: string }

export type Answer =
  /** It was done, and this is the version of it. */
  | { readonly kind: "made"; readonly version: string }
  /** This stood there: what a read found, or why a request was refused. Value null: it was not told. */
  | { readonly kind: "stood"; readonly version: string; readonly value: string | null }
  /** Nothing stood there. */
  | { readonly kind: "absent" }
  /** Refused for somebody else's claim: it says nothing of what stood there. */
  | { readonly kind: "busy" }

export interface Operation {
  /** Who asked, and their how many-eth request, for people. */
  readonly id: string
  readonly key: string
  readonly asked: Asked
  /** Null: none came. It may have happened, once, at any time since. */
  readonly answer: Answer | null
  /** Right before it was asked; ns of the machine's monotonic clock. */
  readonly from: number
  /** Right after it was answered. Infinity: it was not. */
  readonly to: number
}
