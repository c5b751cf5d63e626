/** Addresses of one database by role, and its end. */
export type TestDatabase = { ownerUrl: string; appUrl: string; sandboxUrl: string; drop: () => Promise<void> }
export function prepareTemplate(adminUrl: string): Promise<void>
export function copyTemplate(adminUrl: string): Promise<TestDatabase>
