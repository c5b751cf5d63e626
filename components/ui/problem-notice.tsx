import Link from "next/link"
import { errorText, ProblemError } from "@/lib/client/fetch-json"
import { Button } from "./button"
import { Notice } from "./notice"

interface ProblemNoticeProps {
  readonly error: unknown
  readonly retry?: () => void
  readonly className?: string
}

/** An error with the way on: sign in again where the session ended, try again otherwise. */
export function ProblemNotice({ error, retry, className }: ProblemNoticeProps) {
  const signedOut = error instanceof ProblemError && error.status === 401
  const action = signedOut ? (
    <Button asChild size="small">
      <Link href="/sign-in">Sign in again</Link>
    </Button>
  ) : (
    retry && (
      <Button size="small" onClick={retry}>
        Try again
      </Button>
    )
  )
  return (
    <Notice tone="danger" live action={action} className={className}>
      {errorText(error)}
    </Notice>
  )
}
