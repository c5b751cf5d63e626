export type ServerName = "radicale" | "xandikos" | "cyrus"
export const SERVER_NAMES: readonly ServerName[]
export function isInstalled(name: ServerName): boolean
export function missingServers(): ServerName[]
export function installServers(): Promise<void>
export function notTested(missing: readonly ServerName[]): string
