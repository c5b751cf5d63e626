"use client"

import { signIn } from "next-auth/react"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { LogoMark } from "@/components/ui/logo-mark"
import { Notice } from "@/components/ui/notice"
import { signInProblem } from "./sign-in-problem"

const PROVIDERS = [
  { id: "google", label: "Continue with Google" },
  { id: "microsoft", label: "Continue with Microsoft" },
] as const
type ProviderId = (typeof PROVIDERS)[number]["id"]

interface SignInCardProps {
  /** next-auth's code of what went wrong before, if anything. */
  readonly error: string | null
  /** Where to go afterwards: a path of ours. */
  readonly next: string
}

export function SignInCard({ error, next }: SignInCardProps) {
  const [leaving, setLeaving] = useState<ProviderId | null>(null)
  const [unreachable, setUnreachable] = useState(false)
  const go = async (provider: ProviderId) => {
    setLeaving(provider)
    setUnreachable(false)
    try {
      await signIn(provider, { callbackUrl: next })
    } catch {
      setUnreachable(true)
      setLeaving(null)
    }
  }
  const problem = unreachable ? "The server cannot be reached. Try again in a moment." : error && signInProblem(error)
  return (
    <Card className="grid w-full max-w-sm gap-5 p-6 sm:p-8">
      <div>
        <LogoMark className="size-9" />
        <h1 className="mt-3 text-2xl font-semibold tracking-tight">Ifmatch</h1>
        <p className="mt-2 text-ink-soft">A calendar assistant that never overwrites what you changed yourself.</p>
      </div>
      {problem && (
        <Notice tone="danger" live>
          {problem}
        </Notice>
      )}
      <div className="grid gap-2">
        {PROVIDERS.map(({ id, label }) => (
          <Button
            key={id}
            className="w-full"
            pending={leaving === id}
            disabled={leaving !== null && leaving !== id}
            onClick={() => void go(id)}
          >
            {label}
          </Button>
        ))}
      </div>
    </Card>
  )
}
