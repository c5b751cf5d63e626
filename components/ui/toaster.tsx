"use client"

import { useTheme } from "next-themes"
import { Toaster as Sonner } from "sonner"

/** Short messages that pass. The colours are the theme's own; sonner's palette is not used. */
export function Toaster() {
  const { resolvedTheme } = useTheme()
  return (
    <Sonner
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="bottom-left"
      closeButton
      toastOptions={{
        classNames: {
          toast: "!bg-surface !text-ink !border-line !shadow-float !text-sm !rounded-xl",
          icon: "in-data-[type=success]:!text-good in-data-[type=error]:!text-danger",
          actionButton: "!bg-accent !text-accent-ink !h-8 !px-3 !rounded-lg",
          closeButton: "!bg-surface !text-ink-soft !border-line",
        },
      }}
    />
  )
}
