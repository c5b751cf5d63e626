/** How node runs a TypeScript program of this checkout. */
export const TYPESCRIPT: readonly string[]
export function runInForeground(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number>
