import type { Metadata } from "next"
import { redirect } from "next/navigation"
import { Centered } from "@/components/sign-in/centered"
import { SignInCard } from "@/components/sign-in/sign-in-card"
import { signedIn } from "@/lib/server/require-person"

export const metadata: Metadata = { title: "Sign in" }

const own = (path: unknown): string => (typeof path === "string" && /^\/(?![/\\])/.test(path) ? path : "/")

interface SignInPageProps {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { error, next } = await searchParams
  if (await signedIn()) redirect(own(next))
  return (
    <Centered>
      <SignInCard error={typeof error === "string" ? error : null} next={own(next)} />
    </Centered>
  )
}
