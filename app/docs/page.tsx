import type { Metadata } from "next"
import Link from "next/link"
import { OwnCalendars } from "@/components/docs/own-calendars"
import { Protocol } from "@/components/docs/protocol"
import { Quickstart } from "@/components/docs/quickstart"
import { PageFrame } from "@/components/shell/page-frame"
import { wired } from "@/lib/server/wiring"

export const metadata: Metadata = { title: "For people who write agents" }

export default async function DocsPage() {
  const reference = (
    <>
      Many agents, one calendar. Every operation is in the{" "}
      <Link href="/docs/api" className="text-accent underline">
        API reference
      </Link>
      .
    </>
  )
  return (
    <PageFrame title="For people who write agents" intro={reference}>
      <div className="grid min-w-0 grid-cols-1 gap-5">
        <Quickstart origin={wired.origin} />
        <Protocol />
        <OwnCalendars />
      </div>
    </PageFrame>
  )
}
