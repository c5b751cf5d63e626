import { CalendarPlus } from "lucide-react"
import Link from "next/link"
import type { ReactNode } from "react"
import { Card } from "@/components/ui/card"
import { ConnectButtons } from "./connect-buttons"

/** For a person without any calendar here. `problem`: why an attempt just now came to nothing. */
export const ConnectFirst = ({ problem }: { readonly problem: ReactNode }) => (
  <div className="grid flex-1 place-items-center p-4">
    <Card className="grid max-w-lg gap-4 p-6 sm:p-8">
      <CalendarPlus aria-hidden className="size-8 text-accent" />
      <div>
        <h1 className="text-xl font-semibold tracking-tight">Connect your calendar</h1>
        <p className="mt-2 text-ink-soft">
          The assistant reads your week and proposes changes. It writes only what you apply, and only onto the version
          that you saw: a change made elsewhere meanwhile is never written over.
        </p>
      </div>
      {problem}
      <ConnectButtons primary />
      <p className="text-sm text-ink-soft">
        Or{" "}
        <Link href="/connections" className="font-medium text-accent underline underline-offset-2">
          iCloud, Fastmail, Nextcloud or another CalDAV server
        </Link>
        .
      </p>
    </Card>
  </div>
)
