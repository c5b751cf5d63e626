export interface KillableApp {
  readonly url: string
  /** The installation's app, once more. Resolves when it takes requests. */
  start(): Promise<void>
  /** At once and without a word, with everything that it started. Resolves when it is gone. */
  kill(): Promise<void>
  /** @throws when it takes no requests in time */
  untilReady(patienceMs?: number): Promise<void>
}
export function killableApp(over?: Readonly<Record<string, string>>): Promise<KillableApp>
