import { createRoute, z } from "@hono/zod-openapi"
import { cancelBooking, commitBooking, holdSlot, releaseHold, type Wish } from "../../server/agent-booking"
import { wired } from "../../server/wiring"
import { problem } from "../problem"
import {
  answers,
  IdempotencyHeader,
  idempotencyOf,
  json,
  keyRefusal,
  needs,
  reply,
  router,
  writeAnswers,
} from "./routing"
import { Booking, BookingRequest, BookingsQuery, Busy, Hold, HoldRequest, Id, Outranked, paged } from "./schemas"
import { pageOf, refusalOf, showBooking, showHold } from "./show"

/* Holds and bookings: what agents race for. */

const utc = (instant: string): string => new Date(instant).toISOString()
const Conflict = z.union([Outranked, Busy]).openapi("Conflict")
const params = z.object({ id: Id })

export const bookingRoutes = router()
  .openapi(
    createRoute({
      method: "post",
      path: "/holds",
      operationId: "createHold",
      summary: "Keep a slot for a moment",
      tags: ["Holds"],
      ...needs("holds:write"),
      request: { headers: IdempotencyHeader, ...json(HoldRequest) },
      responses: writeAnswers(201, Hold, "Held; it runs out by itself.", Conflict),
    }),
    async (c) => {
      const body = c.req.valid("json")
      const slot = { start: utc(body.start), end: utc(body.end) }
      const key = idempotencyOf(c, c.req.valid("header")["idempotency-key"], body)
      const place = { userId: body.user_id, calendarId: body.calendar_id }
      const answered = await holdSlot(wired, c.get("caller"), { ...place, slot }, key)
      if (answered.kind !== "answered") return keyRefusal(answered) as never
      const { answer, replayed } = answered
      if (answer.kind !== "held") return refusalOf(answer) as never
      const more = { audit_event_id: answer.auditEventId, displaced_holds: answer.displaced }
      return reply({ ...showHold(answer.hold), ...more }, 201, replayed) as never
    },
  )
  .openapi(
    createRoute({
      method: "delete",
      path: "/holds/{id}",
      operationId: "releaseHold",
      summary: "Let a hold go",
      description: "A hold that has ended already is answered as it is.",
      tags: ["Holds"],
      ...needs("holds:write"),
      request: { params, headers: IdempotencyHeader },
      responses: writeAnswers(200, Hold, "Released, or ended before."),
    }),
    async (c) => {
      const key = idempotencyOf(c, c.req.valid("header")["idempotency-key"], null)
      const answered = await releaseHold(wired, c.get("caller"), c.req.valid("param").id, key)
      if (answered.kind !== "answered") return keyRefusal(answered) as never
      const { answer, replayed } = answered
      if (answer.kind === "notFound") return problem("not-found") as never
      return reply(showHold(answer.hold), 200, replayed) as never
    },
  )
  .openapi(
    createRoute({
      method: "post",
      path: "/bookings",
      operationId: "commitBooking",
      summary: "Book a slot, directly or from a hold",
      description:
        "The commit is the check (D1): there is nothing to ask before. A 409 is an answer; trying again does not help.",
      tags: ["Bookings"],
      ...needs("bookings:write"),
      request: { headers: IdempotencyHeader, ...json(BookingRequest) },
      responses: writeAnswers(201, Booking, "Committed.", Conflict),
    }),
    async (c) => {
      const body = c.req.valid("json")
      const key = idempotencyOf(c, c.req.valid("header")["idempotency-key"], body)
      const wish: Wish =
        "hold_id" in body
          ? { holdId: body.hold_id, title: body.title }
          : {
              userId: body.user_id,
              calendarId: body.calendar_id,
              slot: { start: utc(body.start), end: utc(body.end) },
              title: body.title,
            }
      const answered = await commitBooking(wired, c.get("caller"), wish, key)
      if (answered.kind !== "answered") return keyRefusal(answered) as never
      const { answer, replayed } = answered
      if (answer.kind !== "committed") return refusalOf(answer) as never
      const more = {
        audit_event_id: answer.auditEventId,
        evicted_bookings: answer.evicted,
        displaced_holds: answer.displaced,
      }
      return reply({ ...showBooking(answer.booking), ...more }, 201, replayed) as never
    },
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/bookings",
      operationId: "listBookings",
      summary: "Your bookings, the latest first",
      tags: ["Bookings"],
      ...needs("bookings:write"),
      request: { query: BookingsQuery },
      responses: answers(200, paged(Booking, "Bookings"), "A page of them."),
    }),
    async (c) => {
      const { workspaceId, agentId } = c.get("caller")
      const { user_id, state, cursor, limit } = c.req.valid("query")
      const filter = {
        workspaceId,
        agentId,
        ...(user_id !== undefined && { ownerId: user_id }),
        ...(state !== undefined && { live: state === "live" }),
      }
      const page = await wired.bookings.listBookings(filter, { before: cursor ?? null, limit })
      return reply(pageOf(page, showBooking), 200) as never
    },
  )
  .openapi(
    createRoute({
      method: "get",
      path: "/bookings/{id}",
      operationId: "getBooking",
      summary: "One of your bookings",
      tags: ["Bookings"],
      ...needs("bookings:write"),
      request: { params },
      responses: answers(200, Booking, "As it stands."),
    }),
    async (c) => {
      const { workspaceId, agentId } = c.get("caller")
      const booking = await wired.bookings.findBooking(workspaceId, c.req.valid("param").id)
      return (booking?.agentId === agentId ? reply(showBooking(booking), 200) : problem("not-found")) as never
    },
  )
  .openapi(
    createRoute({
      method: "post",
      path: "/bookings/{id}/cancel",
      operationId: "cancelBooking",
      summary: "Cancel one of your bookings",
      description: "A booking that has ended already is answered as it is.",
      tags: ["Bookings"],
      ...needs("bookings:write"),
      request: { params, headers: IdempotencyHeader },
      responses: writeAnswers(200, Booking, "Cancelled, or ended before."),
    }),
    async (c) => {
      const key = idempotencyOf(c, c.req.valid("header")["idempotency-key"], null)
      const answered = await cancelBooking(wired, c.get("caller"), c.req.valid("param").id, key)
      if (answered.kind !== "answered") return keyRefusal(answered) as never
      const { answer, replayed } = answered
      if (answer.kind === "notFound") return problem("not-found") as never
      return reply(showBooking(answer.booking), 200, replayed) as never
    },
  )
