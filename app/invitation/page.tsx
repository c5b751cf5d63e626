import type { Metadata } from "next"
import Link from "next/link"
import { redirect } from "next/navigation"
import { SignOut } from "@/components/settings/sign-out"
import { Centered } from "@/components/sign-in/centered"
import { Card } from "@/components/ui/card"
import { signedIn } from "@/lib/server/require-person"

export const metadata: Metadata = { title: "Not a member yet" }

export default async function NotAMemberPage() {
  const user = await signedIn()
  if (user?.person) redirect("/")
  return (
    <Centered>
      <Card className="grid max-w-md gap-4 p-6 sm:p-8">
        <h1 className="text-xl font-semibold tracking-tight">Ask an admin for a link</h1>
        <p className="text-ink-soft">
          {user
            ? `You are signed in as ${user.email}, but not a member of a workspace yet. `
            : "You are not signed in. "}
          An admin finds “Invite somebody” in their settings; open the link that they send you.
        </p>
        {user ? (
          <SignOut />
        ) : (
          <Link href="/sign-in" className="text-accent underline underline-offset-2">
            Sign in
          </Link>
        )}
      </Card>
    </Centered>
  )
}
