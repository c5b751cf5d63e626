/** A PostgreSQL server of one run; `ownerUrl` is its `postgres` database. */
export type Throwaway = { folder: string; ownerUrl: string; close: () => Promise<void> }
export function openThrowaway(options?: { durable?: boolean; clock?: Record<string, string> }): Promise<Throwaway>
