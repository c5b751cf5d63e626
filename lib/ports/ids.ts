/** Unguessable names. */
export interface Ids {
  /** Lower-case UUID (version 4). */
  uuid(): string
}
