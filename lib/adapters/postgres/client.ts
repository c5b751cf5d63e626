import "server-only"
import { PrismaPg } from "@prisma/adapter-pg"
import { PrismaClient } from "../../../generated/prisma/client"

/** Connects on first use. A statement that waits longer than the browser does is of no use to anyone. */
export const postgresClient = (url: string, maxConnections = 10): PrismaClient =>
  new PrismaClient({
    adapter: new PrismaPg({
      connectionString: url,
      max: maxConnections,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 30_000,
    }),
  })
