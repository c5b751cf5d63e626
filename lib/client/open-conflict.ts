import { createShared } from "./shared-value"

/** Which proposal's question is open in the dialog; null when none. The question itself lives on the server and outlasts the page. */
export const openConflict = createShared<string | null>(null)
