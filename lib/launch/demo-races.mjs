import { onSupportedNode } from "./node-floor.mjs"

onSupportedNode(() => import("./commands/demo-races.mjs"))
