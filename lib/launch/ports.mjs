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

/** A port nobody listens on right now. @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0))
    })
  })
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
