import type { ReactNode } from "react"

export const Centered = ({ children }: { readonly children: ReactNode }) => (
  <div className="grid flex-1 place-items-center overflow-y-auto p-4">{children}</div>
)
