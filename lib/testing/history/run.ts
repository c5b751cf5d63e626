import { createReadStream } from "node:fs"
import { mkdtemp, readdir, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { postgresClient } from "../../adapters/postgres/client"
import { postgresRecordStore } from "../../adapters/postgres/record-store"
import { RecordNotFound } from "../../domain/record"
import { forkProgram } from "../fork-program"
import { checkKey } from "./check"
import type { ClientOrders } from "./client-program"
import type { Answer, Nanos, Operation, Wish } from "./operation"
import type { RecordPlantName } from "./plants"

export interface HistoryOptions {
  readonly appUrl: string
  readonly calls: number
  readonly kills: number
  readonly plant: RecordPlantName | null
}

export interface HistoryReport {
  readonly calls: number
  readonly seconds: number
  readonly keys: number
  readonly kills: number
  /** Calls that nobody knows the end of. */
  readonly lost: number
  readonly unclear: number
  readonly answers: Readonly<Record<string, number>>
  readonly wrong: readonly string[]
}

const PROGRAM = path.join(import.meta.dirname, "client-program.ts")
const PROCESSES = 2
const CLIENTS = 6
const KEYS = 6
const SECONDS_A_KEYS = 2
/** Of both lines. */
const BYTES_A_CALL = 180

/** F2: a history of so many calls by two processes, one of them killed now and then, checked key by key. */
export async function runHistory({ appUrl, calls, kills, plant }: HistoryOptions): Promise<HistoryReport> {
  const folder = await mkdtemp(path.join(tmpdir(), "ifmatch-history-"))
  const began = performance.now()
  try {
    let name = 0
    let killed = 0
    /** One process after the other until so many calls were made, of which so many are killed on the way. */
    const line = async (quota: number, deaths: number) => {
      for (let [left, kills] = [quota, deaths]; left > 0; ) {
        const id = `p${name++}`
        const orders = { databaseUrl: appUrl, name: id, clients: CLIENTS, calls: left, keys: KEYS, plant }
        const file = path.join(folder, id)
        const child = await forkProgram(PROGRAM)
        const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)))
        child.send({ ...orders, secondsAKeys: SECONDS_A_KEYS, file } satisfies ClientOrders)
        const dies = kills > 0 && (await made(file, (left / (kills + 1)) * (0.5 + Math.random()), ended))
        if (dies && child.kill("SIGKILL")) killed++
        kills--
        if ((await ended) !== 0 && !dies) throw new Error(`${id} broke`)
        left -= await callsIn(file)
      }
    }
    const share = Math.ceil(calls / PROCESSES)
    await Promise.all(Array.from({ length: PROCESSES }, (_, i) => line(share, Math.floor((kills + i) / PROCESSES))))
    const histories = new Map<string, Operation[]>()
    for (const file of await readdir(folder)) await gather(path.join(folder, file), histories)
    await lookAtTheEnd(appUrl, histories)
    return { ...judged(histories), kills: killed, seconds: (performance.now() - began) / 1_000 }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const callsIn = async (file: string): Promise<number> => {
  let calls = 0
  for await (const text of createInterface({ input: createReadStream(file) }))
    if (parsed(text)?.[0] === "called") calls++
  return calls
}

/** About so many calls were written down. False: the process ended before. */
async function made(file: string, calls: number, ended: Promise<unknown>): Promise<boolean> {
  let over = false
  ended.then(() => {
    over = true
  })
  while (!over) {
    const { size } = await stat(file).catch(() => ({ size: 0 }))
    if (size > calls * BYTES_A_CALL) return true
    await sleep(20)
  }
  return false
}

type Called = readonly ["called", string, string, Nanos, Wish]
type Answered = readonly ["answered", string, Nanos, Answer]

async function gather(file: string, histories: Map<string, Operation[]>): Promise<void> {
  const open = new Map<string, Called>()
  const keep = ([, client, key, invoked, wish]: Called, returned: Nanos | null, answer: Answer | null) => {
    const history = histories.get(key) ?? []
    histories.set(key, history)
    history.push({ client, key, invoked, ...wish, returned, answer })
  }
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const line = parsed(text)
    if (line?.[0] === "called") open.set(line[1], line)
    const called = line?.[0] === "answered" ? open.get(line[1]) : undefined
    if (!called || line?.[0] !== "answered") continue
    open.delete(line[1])
    keep(called, line[2], line[3])
  }
  for (const called of open.values()) keep(called, null, null)
}

/** A kill may have cut the last line. */
function parsed(text: string): Called | Answered | null {
  try {
    return JSON.parse(text) as Called | Answered
  } catch {
    return null
  }
}

/** What is there when all is over, read past any bug. */
async function lookAtTheEnd(appUrl: string, histories: Map<string, Operation[]>): Promise<void> {
  const db = postgresClient(appUrl, 2)
  const store = postgresRecordStore(db)
  for (const [key, history] of histories) {
    const invoked = Number(process.hrtime.bigint())
    const answer = await store.readWithVersion({ workspaceId: "w", key: key as never }).then(
      ({ version, value }): Answer => ({ is: "found", version, value: String(value) }),
      (error: unknown): Answer => {
        if (error instanceof RecordNotFound) return { is: "absent" }
        throw error
      },
    )
    history.push({ client: "the end", key, op: "read", invoked, returned: Number(process.hrtime.bigint()), answer })
  }
  await db.$disconnect()
}

function judged(histories: ReadonlyMap<string, readonly Operation[]>) {
  const answers: Record<string, number> = {}
  const wrong: string[] = []
  let [calls, lost, unclear] = [0, 0, 0]
  for (const history of histories.values()) {
    const verdict = checkKey(history)
    wrong.push(...verdict.wrong)
    unclear += verdict.unclear
    calls += history.length
    for (const { op, answer } of history) {
      const kind = `${op} ${answer?.is ?? "lost"}`
      answers[kind] = (answers[kind] ?? 0) + 1
      if (!answer) lost++
    }
  }
  return { calls, keys: histories.size, lost, unclear, answers, wrong }
}
