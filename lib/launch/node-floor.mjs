// Parsed by whatever Node a person has: no syntax newer than modules themselves, and nothing imported statically.

/**
 * Whether this program runs on a Node version: the first releases of each line that load ES modules through require().
 * @param {string} version such as "20.19.0" (process.versions.node)
 */
export function isSupported(version) {
  const parts = version.split(".")
  const major = Number(parts[0])
  const minor = Number(parts[1])
  if (major === 20) return minor >= 19
  if (major === 22) return minor >= 12
  return major > 22
}

/**
 * Runs a command on a supported Node; on an older one says so in a sentence and exits with 1.
 * @param {() => Promise<unknown>} load imports the command, so that an old Node never parses it
 */
export function onSupportedNode(load) {
  if (isSupported(process.versions.node)) {
    load()
    return
  }
  console.error(`Ifmatch needs Node 20.19 or newer (22.12 or newer of the 22 line); this is ${process.version}.`)
  process.exitCode = 1
}
