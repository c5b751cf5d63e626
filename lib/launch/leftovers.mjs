import { setTimeout as sleep } from "node:timers/promises"
import { findMarked } from "./children.mjs"

/** @param {number[]} pids @param {NodeJS.Signals} signal */
function signalEach(pids, signal) {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended between the look and the signal.
    }
  }
}

/**
 * Ends what a killed launcher left running. They are told by a mark in their environment, which no process that got their number since can have.
 * The caller holds the launcher's lock, so nothing marked belongs to a living one.
 * @param {string} mark
 * @returns {Promise<number>} how many there were
 */
export async function stopLeftovers(mark) {
  const found = findMarked(mark)
  signalEach(found, "SIGTERM")
  for (const deadline = Date.now() + 5_000; findMarked(mark).length > 0 && Date.now() < deadline; ) await sleep(100)
  signalEach(findMarked(mark), "SIGKILL")
  for (const deadline = Date.now() + 5_000; findMarked(mark).length > 0 && Date.now() < deadline; ) await sleep(50)
  return found.length
}
