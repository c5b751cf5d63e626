const READS = ["GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"]
/** What is asked with a POST; the parts of a batch are requests of their own. */
const QUERIES = /\/(freeBusy|getSchedule|\$batch|Outbox\/)$/

/** Did this request ask somebody's calendar to change something? */
export const isWrite = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  !READS.includes(method) && !QUERIES.test(path)
