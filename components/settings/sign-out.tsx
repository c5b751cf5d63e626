"use client"

import { signOut } from "next-auth/react"
import { useState } from "react"
import { Button } from "@/components/ui/button"

export function SignOut() {
  const [leaving, setLeaving] = useState(false)
  const leave = async () => {
    setLeaving(true)
    await signOut({ callbackUrl: "/sign-in" }).finally(() => setLeaving(false))
  }
  return (
    <Button size="small" pending={leaving} onClick={() => void leave()}>
      Sign out
    </Button>
  )
}
