import { answerTried } from "@/lib/http/answer-chosen"
import { handle } from "@/lib/http/handle"
import { tryModel } from "@/lib/server/choose-model"
import { wired } from "@/lib/server/wiring"

export const POST = handle("POST /api/settings/model/try", null, async ({ person }) =>
  answerTried(await tryModel(wired, person)),
)
