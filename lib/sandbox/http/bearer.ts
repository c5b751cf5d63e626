/** The token of an `Authorization: Bearer` header; "" without one. */
export const bearerToken = (header: string | null | undefined): string =>
  (/^Bearer (.+)$/i.exec(header ?? "") ?? ["", ""])[1] ?? ""
