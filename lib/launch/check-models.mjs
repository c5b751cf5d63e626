import { onSupportedNode } from "./node-floor.mjs"

onSupportedNode(() => import("./commands/check-models.mjs"))
