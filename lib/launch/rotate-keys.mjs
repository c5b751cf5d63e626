import { onSupportedNode } from "./node-floor.mjs"

onSupportedNode(() => import("./commands/rotate-keys.mjs"))
