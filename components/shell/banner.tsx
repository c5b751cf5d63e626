"use client"

import Link from "next/link"
import { usePathname } from "next/navigation"
import type { ReactNode } from "react"
import { Button } from "@/components/ui/button"
import { Notice } from "@/components/ui/notice"

interface BannerProps {
  /** Where it is dealt with. */
  readonly href: string
  readonly action: string
  readonly children: ReactNode
}

/** What must not pass unnoticed: on every page but the one it leads to. */
export function Banner({ href, action, children }: BannerProps) {
  if (usePathname() === href) return null
  return (
    <div className="px-3 pt-3 sm:px-4">
      <Notice
        tone="warn"
        live
        action={
          <Button asChild size="small">
            <Link href={href}>{action}</Link>
          </Button>
        }
      >
        {children}
      </Notice>
    </div>
  )
}
