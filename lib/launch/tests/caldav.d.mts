export type ServerName = "radicale" | "xandikos" | "cyrus"
export function isInstalled(name: ServerName): boolean
export function missingServers(): ServerName[]
export function installServers(): Promise<void>
