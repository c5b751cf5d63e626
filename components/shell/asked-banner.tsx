"use client"

import { useSettings } from "@/lib/client/settings"
import { Banner } from "./banner"

/** What an agent booked stands in the way of something, and only the person can say what is to go. */
export function AskedBanner() {
  const asked = useSettings().data?.bookingQuestions ?? 0
  if (asked === 0) return null
  return (
    <Banner href="/agents" action="Answer">
      <strong className="font-semibold">
        {asked === 1 ? "A booking of an agent needs your answer." : `${asked} bookings of agents need your answer.`}
      </strong>{" "}
      Nothing happens until then.
    </Banner>
  )
}
