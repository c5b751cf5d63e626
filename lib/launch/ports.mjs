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
 * A port that the environment may set.
 * @param {string} variable
 * @param {number} otherwise
 * @throws {Refusal} when it is no port
 */
export function portFrom(variable, otherwise) {
  const value = process.env[variable]
  if (!value) return otherwise
  const port = Number(value)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Refusal(`${variable} must be a port number from 1 to 65535, not "${value}".`)
  return port
}
