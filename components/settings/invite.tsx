"use client"

import { Copy } from "lucide-react"
import { type FormEvent, useState } from "react"
import { toast } from "sonner"
import { Button } from "@/components/ui/button"
import { Field, Input, Select } from "@/components/ui/field"
import { ProblemNotice } from "@/components/ui/problem-notice"
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
      {invite.data && <Link url={invite.data.url} until={formatInstant(invite.data.expiresAt, timeZone)} />}
    </div>
  )
}

function Link({ url, until }: { readonly url: string; readonly until: string }) {
  const copy = async () => {
    await navigator.clipboard.writeText(url).then(
      () => toast.success("The link is copied."),
      () => toast.error("The browser did not allow copying; select the link by hand."),
    )
  }
  return (
    <div className="flex flex-wrap items-end gap-2" role="status">
      <Field label="The link" hint={`Shown only now. Valid until ${until}.`} className="min-w-0 flex-1 basis-64">
        {(ids) => <Input {...ids} readOnly value={url} onFocus={(event) => event.currentTarget.select()} />}
      </Field>
      <Button onClick={() => void copy()} className="mb-6.5">
        <Copy aria-hidden /> Copy
      </Button>
    </div>
  )
}
