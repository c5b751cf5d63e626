import { afterAll, expect, test } from "vitest"
import { dynamoRival } from "./dynamo-rival"

/* Where Java and the server are; elsewhere the bench says that it goes on without them. */

const served = await dynamoRival(false)
const dynamo = typeof served === "string" ? null : served
afterAll(() => dynamo?.close())

const ABSENT = "DynamoDB Local is not here"
const slot = (calendar: number, start: string, end: string) => ({
  calendar,
  start: `2027-01-04T${start}:00.000Z`,
  end: `2027-01-04T${end}:00.000Z`,
})

test("of sixteen that want one slot one wins, the others are told so, and half of it is nobody's", async ({ skip }) => {
  if (!dynamo) return skip(ABSENT)
  const { book } = dynamo.rival
  const wanted = slot(1, "09:00", "09:30")
  const verdicts = await Promise.all(Array.from({ length: 16 }, (_, caller) => book({ ...wanted, caller })))
  expect(verdicts.filter((verdict) => verdict === "won")).toHaveLength(1)
  expect(verdicts.filter((verdict) => verdict === "lost")).toHaveLength(15)
  // an overlap of one bucket, which takes nothing of the buckets beside it
  expect(await book({ ...slot(1, "09:25", "09:55"), caller: 0 })).toBe("lost")
  expect(await book({ ...slot(1, "09:30", "10:00"), caller: 0 })).toBe("won")
  expect(await book({ ...slot(2, "09:00", "09:30"), caller: 0 })).toBe("won")
})

test("what is neither won nor lost is an exception", async ({ skip }) => {
  if (!dynamo) return skip(ABSENT)
  // a transaction has at most a hundred rows
  const long = dynamo.rival.book({ ...slot(3, "09:00", "19:00"), caller: 0 })
  await expect(long).rejects.toThrow("it was answered 400")
})
