/** A watch of the processor time that this process has taken since (ms): what is bounded by work must not fail because the machine is busy with other things. */
export function processorTime(): () => number {
  const since = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(since)
    return (user + system) / 1_000
  }
}
