import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { Role } from "../domain/person"
import type { InvitationView, MembersView } from "../http/schemas/workspace"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type { InvitationView, MembersView } from "../http/schemas/workspace"

export const membersQuery = queryOptions({
  queryKey: keys.members,
  queryFn: ({ signal }) => fetchJson<MembersView>("/api/members", { signal }),
})

export const useMembers = () => useQuery(membersQuery)

export const useChangeRole = () =>
  useMembersChange(({ id, role }: { readonly id: string; readonly role: Role }) =>
    fetchJson<unknown>(`/api/members/${encodeURIComponent(id)}`, { method: "PATCH", body: { role } }),
  )

/** The answer holds the link, and it is the only time that it is shown. */
export const useInvite = () =>
  useMembersChange((role: Role) => fetchJson<InvitationView>("/api/invitations", { method: "POST", body: { role } }))

export const useAcceptInvitation = () =>
  useMutation({
    mutationFn: (token: string) => fetchJson<unknown>("/api/invitations/accept", { method: "POST", body: { token } }),
  })

function useMembersChange<Input, Answer>(send: (input: Input) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: send,
    onSuccess: () => void client.invalidateQueries({ queryKey: keys.members }),
  })
}
