import type { Metadata } from "next"
import { AcceptInvitation } from "@/components/sign-in/accept-invitation"
import { Centered } from "@/components/sign-in/centered"
import { SignInCard } from "@/components/sign-in/sign-in-card"
import { signedIn } from "@/lib/server/require-person"

export const metadata: Metadata = { title: "Invitation" }

interface InvitationPageProps {
  readonly params: Promise<{ readonly token: string }>
}

export default async function InvitationPage({ params }: InvitationPageProps) {
  const { token } = await params
  const user = await signedIn()
  return (
    <Centered>
      {user ? (
        <AcceptInvitation token={token} name={user.name} />
      ) : (
        <SignInCard error={null} next={`/invitation/${encodeURIComponent(token)}`} />
      )}
    </Centered>
  )
}
