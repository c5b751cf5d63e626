import { onSupportedNode } from "./node-floor.mjs"

onSupportedNode(() => import("./commands/plan.mjs"))
