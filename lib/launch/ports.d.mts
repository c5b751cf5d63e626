export function answers(port: number): Promise<boolean>
export function isFree(port: number, host?: string): Promise<boolean>
export function freePort(): Promise<number>
export function parsePort(name: string, value: string): number
export function portFrom(variable: string, otherwise: number): number
