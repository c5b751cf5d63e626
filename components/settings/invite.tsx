"use client"

import { type FormEvent, useState } from "react"
import { Button } from "@/components/ui/button"
import { Field, Select } from "@/components/ui/field"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { ShownOnce } from "@/components/ui/shown-once"
import { useInvite } from "@/lib/client/members"
import { formatInstant } from "@/lib/domain/format-when"
import type { Role } from "@/lib/domain/person"

export function Invite({ timeZone }: { readonly timeZone: string }) {
  const [role, setRole] = useState<Role>("member")
  const invite = useInvite()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.mutate(role)
  }
  return (
    <div className="grid gap-4">
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
        <Field label="They join as" className="w-40">
          {(ids) => (
            <Select {...ids} value={role} onChange={(e) => setRole(e.target.value === "admin" ? "admin" : "member")}>
              <option value="member">Member</option>
              <option value="admin">Admin</option>
            </Select>
          )}
        </Field>
        <Button type="submit" pending={invite.isPending}>
          Make a link
        </Button>
      </form>
      {invite.isError && <ProblemNotice error={invite.error} />}
      {invite.data && (
        <ShownOnce
          label="The link"
          hint={`Shown only now. Valid until ${formatInstant(invite.data.expiresAt, timeZone)}.`}
          text={invite.data.url}
        />
      )}
    </div>
  )
}
