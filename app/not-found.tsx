import Link from "next/link"
import { Button } from "@/components/ui/button"

export default function NotFound() {
  return (
    <div className="grid flex-1 place-items-center p-6 text-center">
      <div className="grid justify-items-center gap-4">
        <h1 className="text-xl font-semibold tracking-tight">There is nothing here</h1>
        <p className="text-ink-soft">The address may be wrong, or the page is not yours to see.</p>
        <Button asChild>
          <Link href="/">To the assistant</Link>
        </Button>
      </div>
    </div>
  )
}
