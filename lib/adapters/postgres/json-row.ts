import "server-only"
/** A value as a jsonb parameter. `undefined` members vanish, as JSON does. */
export const jsonRow = (value: unknown): string => JSON.stringify(value)
