"use client"

import Link from "next/link"
import { usePathname } from "next/navigation"
import { Button } from "@/components/ui/button"
import { Notice } from "@/components/ui/notice"
import { useSettings } from "@/lib/client/settings"

/** On every page but the one that asks: what an agent booked stands in the way of something, and only the person can say what is to go. */
export function AskedBanner() {
  const { data } = useSettings()
  const here = usePathname()
  const asked = data?.bookingQuestions ?? 0
  if (asked === 0 || here === "/agents") return null
  return (
    <div className="px-3 pt-3 sm:px-4">
      <Notice
        tone="warn"
        live
        action={
          <Button asChild size="small">
            <Link href="/agents">Answer</Link>
          </Button>
        }
      >
        {asked === 1 ? (
          <strong className="font-semibold">A booking of an agent needs your answer.</strong>
        ) : (
          <strong className="font-semibold">{asked} bookings of agents need your answer.</strong>
        )}{" "}
        Nothing happens until then.
      </Notice>
    </div>
  )
}
