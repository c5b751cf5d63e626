/** A reason not to go on, in one sentence for the person at the keyboard; shown without a stack. */
export class Refusal extends Error {}

const seconds = (/** @type {number} */ since) => ((performance.now() - since) / 1000).toFixed(1)

/** One line of progress, with the seconds since this program began. @param {string} text */
export function say(text) {
  console.log(`[${seconds(0).padStart(5)} s] ${text}`)
}

/**
 * Says what is being done while it lasts (again every 20 s) and how long it took.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 */
export async function during(label, work) {
  const since = performance.now()
  say(`${label} ...`)
  const reminder = setInterval(() => say(`${label} ... (${seconds(since)} s so far)`), 20_000)
  try {
    const result = await work()
    say(`${label}: done in ${seconds(since)} s`)
    return result
  } finally {
    clearInterval(reminder)
  }
}

/** Prints why a command ends early: a sentence for a refusal, everything for a fault. @param {unknown} reason */
export function explain(reason) {
  console.error(reason instanceof Refusal ? `\n${reason.message}` : reason)
}
