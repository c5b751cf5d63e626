import "server-only"
import type { PrismaClient } from "../../../generated/prisma/client"
import { type Budget, LINES, type ModelChoice, type ModelProvider, TRIALS } from "../../domain/model-choice"
import type { Choosing, ModelChoices } from "../../ports/model-choices"
import { jsonRow } from "./json-row"

export const postgresModelChoices = (db: PrismaClient): ModelChoices => ({
  async find(workspaceId) {
    const row = await db.modelChoice.findUnique({ where: { workspaceId } })
    if (!row) return { choice: { kind: "installation" }, version: 0, sealedKey: null }
    return { choice: choiceOf(row), version: row.version, sealedKey: row.sealedKey }
  },

  async choose(workspaceId, by, seen, choice, sealedKey, log) {
    const asked = jsonRow({ ...choice, by, seen, sealedKey, log })
    const [row] = await db.$queryRaw<{ r: Choosing }[]>`select model_choose(${workspaceId}, ${asked}::jsonb) as r`
    if (!row) throw new Error("the choice was not answered")
    return row.r
  },

  takeTrial: (workspaceId) => take(db, workspaceId, "try", TRIALS),
  takeLine: async (workspaceId, userId) => (await take(db, workspaceId, `line/${userId}`, LINES)).passed,
})

async function take(db: PrismaClient, workspaceId: string, bucket: string, { perSecond, burst }: Budget) {
  const [row] = await db.$queryRaw<{ tokens: number; passed: boolean }[]>`
    select tokens, passed from model_budget_take(${workspaceId}, ${bucket}, ${perSecond}::float8, ${burst}::float8)`
  if (!row) throw new Error("the bucket did not answer")
  return row
}

interface Row {
  readonly kind: string
  readonly provider: string | null
  readonly model: string | null
  readonly baseUrl: string | null
}

function choiceOf({ kind, provider, model, baseUrl }: Row): ModelChoice {
  if (kind === "own" && provider && model) return { kind, provider: provider as ModelProvider, model, baseUrl }
  return { kind: kind === "installation" ? kind : "grammar" }
}
