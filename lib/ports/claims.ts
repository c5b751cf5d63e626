/** What may be claimed for a while. `tokens`: the refresh of one account's tokens; the id is the connection's. */
export type ClaimKind = "tokens"

export type Claim =
  | { readonly kind: "claimed"; readonly claimId: string }
  /** Somebody else's, for at most so long. */
  | { readonly kind: "taken"; readonly forMs: number }

/**
 * Exclusive claims across processes, on the one fence (`heads`): at most one holder, until it gives the claim back or its lease is over. Whoever holds
 * one is known by the claim's id, never by who they are.
 */
export interface Claims {
  claim(workspaceId: string, kind: ClaimKind, id: string, leaseMs: number): Promise<Claim>
  /** False when the lease was over and somebody else holds it now. */
  release(workspaceId: string, kind: ClaimKind, id: string, claimId: string): Promise<boolean>
}
