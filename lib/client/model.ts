import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import type { z } from "zod"
import type { ChooseModelRequest, ModelAnswer, ModelView, TriedModel } from "../http/schemas/model"
import { fetchJson } from "./fetch-json"
import { keys } from "./keys"

export type { ModelView } from "../http/schemas/model"

const PATH = "/api/settings/model"

const modelQuery = queryOptions({
  queryKey: keys.model,
  queryFn: ({ signal }) => fetchJson<ModelView>(PATH, { signal }),
})

export const useModel = () => useQuery(modelQuery)

export interface ModelWish {
  /** The version on screen: the precondition. */
  readonly seen: string
  readonly body: z.input<typeof ChooseModelRequest>
}

/** A lost race is an answer and no error: it tells what stands now. */
export function useChooseModel() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ seen, body }: ModelWish) =>
      fetchJson<ModelAnswer>(PATH, { method: "PATCH", headers: { "if-match": seen }, body }),
    onSuccess: ({ now }) => client.setQueryData(modelQuery.queryKey, now),
    // the key is in what was sent: nothing of that stays when the form is gone
    gcTime: 0,
  })
}

export const useTryModel = () =>
  useMutation({ mutationFn: () => fetchJson<TriedModel>(`${PATH}/try`, { method: "POST" }) })
