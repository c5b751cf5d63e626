/** Tells that the log of a workspace grew: a hint that comes sooner than the next look, never the truth itself. */
export interface SealedEvents {
  /** `heard` gets the chain's new size. @returns unsubscribes */
  subscribe(workspaceId: string, heard: (size: number) => void): Promise<() => void>
}
