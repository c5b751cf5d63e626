/** Focuses an event wherever it is drawn now: the grid may have drawn it anew since. */
export const focusItem = (id: string): void =>
  document.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"]`)?.focus()
