"use client"

import { Badge } from "@/components/ui/badge"
import { Section } from "@/components/ui/card"
import { Select } from "@/components/ui/field"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { SafeText } from "@/components/ui/safe-text"
import { type MembersView, useChangeRole, useMembers } from "@/lib/client/members"
import { formatInstant } from "@/lib/domain/format-when"
import { Invite } from "./invite"

type Member = MembersView["members"][number]

/** Who is in the workspace, for admins. */
export function Members({ timeZone }: { readonly timeZone: string }) {
  const { data, error, refetch } = useMembers()
  return (
    <>
      <Section title="Members" hint="Admins review the log and change roles. The last admin stays one.">
        {!data && error && <ProblemNotice error={error} retry={() => void refetch()} />}
        <ul className="divide-y divide-line">
          {data?.members.map((member) => (
            <MemberRow key={member.id} member={member} />
          ))}
        </ul>
      </Section>
      <Section
        title="Invite somebody"
        hint="Whoever opens the link after signing in joins this workspace. It works once."
      >
        <Invite timeZone={timeZone} />
        {data && data.invitations.length > 0 && (
          <ul aria-label="Open invitations" className="mt-4 grid gap-1 text-sm text-ink-soft">
            {data.invitations.map(({ id, role, expiresAt }) => (
              <li key={id}>
                An open link for {role === "admin" ? "an admin" : "a member"}, until{" "}
                {formatInstant(expiresAt, timeZone)}
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  )
}

function MemberRow({ member }: { readonly member: Member }) {
  const change = useChangeRole()
  const role = change.isPending ? change.variables.role : member.role
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium">
          <SafeText text={member.name} /> {member.self && <Badge>you</Badge>}
        </p>
        <p className="text-sm text-ink-soft">
          <SafeText text={member.email} />
        </p>
      </div>
      <Select
        className="w-36"
        aria-label={`Role of ${member.name}`}
        value={role}
        disabled={change.isPending}
        onChange={(event) =>
          change.mutate({ id: member.id, role: event.target.value === "admin" ? "admin" : "member" })
        }
      >
        <option value="member">Member</option>
        <option value="admin">Admin</option>
      </Select>
      {change.isError && <ProblemNotice error={change.error} className="basis-full" />}
    </li>
  )
}
