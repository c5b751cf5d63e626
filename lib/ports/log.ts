type Fields = Readonly<Record<string, unknown>>

/** The operator's log, apart from the audit log: for faults and figures. Secrets are taken out on the way, whatever field they stand in. */
export interface Log {
  debug(fields: Fields, message: string): void
  info(fields: Fields, message: string): void
  warn(fields: Fields, message: string): void
  /** An exception goes into the field `err`. */
  error(fields: Fields, message: string): void
}
