"use client"

import { setNonce } from "get-nonce"

/** Radix's scroll lock writes a stylesheet of its own; the policy lets it in by this nonce. */
export function Nonce({ value }: { readonly value: string }) {
  setNonce(value)
  return null
}
