import { onSupportedNode } from "./node-floor.mjs"

onSupportedNode(() => import("./commands/test-days.mjs"))
