/** @typedef {Pick<import("./installation.mjs").Installation, "folder" | "secrets"> & { database: { appUrl: string, sandboxUrl: string } }} Settled */

/** A program started by us talks to the database as its own role: it does not get to know the owner's address. */
const WITHHELD = { OWNER_DATABASE_URL: undefined, SANDBOX_DATABASE_URL: undefined, SANDBOX_CONTROL_TOKEN: undefined }

/**
 * Whether the sandbox stands in for the calendar providers: nobody has given real credentials, or a sandbox that runs elsewhere. Pure.
 * @param {NodeJS.ProcessEnv} env
 */
export const needsSandbox = (env) =>
  !env.SANDBOX_URL && (!(env.GOOGLE_CLIENT_ID || env.MICROSOFT_CLIENT_ID) || env.SANDBOX_ALLOW_BESIDE_REAL === "1")

/**
 * Where the app finds the sandbox; undefined when it talks to real providers. Pure.
 * @param {NodeJS.ProcessEnv} env
 * @param {number} port of ours
 */
export const sandboxAddress = (env, port) =>
  needsSandbox(env) ? `http://localhost:${port}` : env.SANDBOX_URL || undefined

/**
 * The app's environment, added to ours. What the environment sets already (production) wins over the secrets of the data folder. Pure.
 * @param {Settled} installation
 * @param {{ port: number, sandboxUrl: string | undefined }} at
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export const appEnvironment = ({ folder, secrets, database }, { port, sandboxUrl }, env) => ({
  ...WITHHELD,
  PORT: String(port),
  DATABASE_URL: database.appUrl,
  NEXTAUTH_URL: env.NEXTAUTH_URL || `http://localhost:${port}`,
  NEXTAUTH_SECRET: env.NEXTAUTH_SECRET || secrets.sessionSecret,
  IFMATCH_KEK: env.IFMATCH_KEK || secrets.keyEncryptionKey,
  IFMATCH_KEK_ID: env.IFMATCH_KEK_ID || secrets.keyEncryptionKeyId,
  IFMATCH_KEKS_OLD: env.IFMATCH_KEK ? env.IFMATCH_KEKS_OLD : secrets.retiredKeys,
  IFMATCH_LOG_KEY: env.IFMATCH_LOG_KEY || secrets.logKey,
  IFMATCH_DATA: folder,
  SANDBOX_URL: sandboxUrl,
  NEXT_TELEMETRY_DISABLED: "1",
})

/**
 * The sandbox's environment, added to ours. Pure.
 * @param {Settled} installation
 * @param {number} port
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export const sandboxEnvironment = ({ secrets, database }, port, env) => ({
  ...WITHHELD,
  DATABASE_URL: undefined,
  IFMATCH_LLM_KEY: undefined,
  SANDBOX_PORT: String(port),
  SANDBOX_DATABASE_URL: database.sandboxUrl,
  SANDBOX_CONTROL_TOKEN: env.SANDBOX_CONTROL_TOKEN || secrets.sandboxControlToken,
  SANDBOX_CLOCK: env.SANDBOX_CLOCK || env.IFMATCH_CLOCK,
})
