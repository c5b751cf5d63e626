"use client"

import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { useAcceptInvitation } from "@/lib/client/members"

interface AcceptInvitationProps {
  readonly token: string
  readonly name: string
}

/** Pressed by the person, never on load: a link that is merely previewed must not be used up. */
export function AcceptInvitation({ token, name }: AcceptInvitationProps) {
  const accept = useAcceptInvitation()
  const join = () => accept.mutate(token, { onSuccess: () => window.location.assign("/") })
  return (
    <Card className="grid w-full max-w-md gap-4 p-6 sm:p-8">
      <h1 className="text-xl font-semibold tracking-tight">You are invited</h1>
      <p className="text-ink-soft">
        Join this workspace as {name}. Your calendars stay yours: admins see what was done, and titles only if you share
        them.
      </p>
      {accept.isError && <ProblemNotice error={accept.error} />}
      <Button variant="primary" pending={accept.isPending || accept.isSuccess} onClick={join}>
        Join
      </Button>
    </Card>
  )
}
