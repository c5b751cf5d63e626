"use client"

import { useStream } from "@/lib/client/stream"

/** Keeps the page in step with the workspace. Draws nothing. */
export function LiveUpdates({ since }: { readonly since: number }) {
  useStream(since)
  return null
}
