import "server-only"
import { randomUUID } from "node:crypto"
import type { Ids } from "../ports/ids"

export const randomIds: Ids = { uuid: () => randomUUID() }
