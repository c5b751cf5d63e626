import { createShared } from "./shared-value"

export type PaneId = "assistant" | "calendar"

/** Which half of the main screen a phone shows. */
export const shownPane = createShared<PaneId>("assistant")
