/** Signs and checks the heads of the log (Ed25519). */
export interface CheckpointSigner {
  readonly keyName: string
  sign(text: string): { readonly keyId: Uint8Array; readonly signature: Uint8Array }
  verify(text: string, keyId: Uint8Array, signature: Uint8Array): boolean
}

/** Signed heads kept where whoever keeps the database cannot rewrite them. */
export interface OutsideCheckpoints {
  keep(workspaceId: string, note: string): Promise<void>
  all(workspaceId: string): Promise<readonly string[]>
}
