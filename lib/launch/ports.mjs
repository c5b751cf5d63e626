import { randomInt } from "node:crypto"
import net from "node:net"
import { Refusal } from "./progress.mjs"

/** Whether something accepts connections on a port of this machine. @param {number} port @returns {Promise<boolean>} */
export function answers(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1")
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false))
    socket.once("connect", () => socket.destroy())
  })
}

/**
 * Whether a server could listen on a port.
 * @param {number} port
 * @param {string} [host] all interfaces when left out
 * @returns {Promise<boolean>}
 */
export function isFree(port, host) {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once("error", () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** Below those that systems give to outgoing connections (Linux: from 32768): such a one could be gone again before it is listened on. Above the last that browsers refuse (10080). */
const [LOWEST, HIGHEST] = [11_000, 32_000]
/** Processes side by side begin at different ones. */
let next = randomInt(LOWEST, HIGHEST)

/** A port that nobody listens on, and that this process has not named lately. @returns {Promise<number>} */
export async function freePort() {
  for (;;) {
    const port = next
    next = next < HIGHEST ? next + 1 : LOWEST
    if (await isFree(port)) return port
  }
}

/**
 * @param {string} name what the person calls it
 * @param {string} value
 * @throws {Refusal} when it is no port
 */
export function parsePort(name, value) {
  const port = Number(value)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new Refusal(`${name} must be a port number from 1 to 65535, not "${value}".`)
}

/**
 * A port that the environment may set.
 * @param {string} variable
 * @param {number} otherwise
 */
export const portFrom = (variable, otherwise) => parsePort(variable, process.env[variable] || String(otherwise))
