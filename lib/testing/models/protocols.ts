import { BOOKING_GUARDS } from "../../domain/protocol/booking"
import type { BookingGuards } from "../../domain/protocol/booking-meeting"
import { CLAIM_GUARDS } from "../../domain/protocol/claim"
import type { ClaimGuards } from "../../domain/protocol/claim-words"
import { bookingModel } from "./booking-model"
import { type BookingBounds, type BookingMove, type BookingWorld, bookingInTla } from "./booking-world"
import { type ClaimBounds, type ClaimMove, type ClaimWorld, claimInTla, claimModel } from "./claim-model"
import { intentModel } from "./intent-model"
import {
  FLIGHT_GUARDS,
  type FlightGuards,
  type IntentBounds,
  type IntentMove,
  type IntentWorld,
  intentInTla,
} from "./intent-world"
import { type Checked, check, type Protocol } from "./protocol"

/** As claim.cfg has it. */
export const CLAIM_BOUNDS: ClaimBounds = { agents: 2, lastVersion: 3, claims: 2, ttl: 2 }
export const THREE_AGENTS: ClaimBounds = { ...CLAIM_BOUNDS, agents: 3 }

export const CLAIM: Protocol<ClaimWorld, ClaimMove, ClaimGuards> = {
  name: "claim",
  guards: CLAIM_GUARDS,
  stalled: claimModel(CLAIM_BOUNDS),
  models: [(guards) => claimModel(CLAIM_BOUNDS, guards), (guards) => claimModel(THREE_AGENTS, guards)],
  tla: { write: claimInTla(CLAIM_BOUNDS), without: [] },
}

/** As booking.cfg has it. */
export const BOOKING_BOUNDS: BookingBounds = {
  rankings: [
    ["ann", "ben"],
    ["ben", "ann"],
  ],
  maxHolds: 1,
  slots: ["a", "b", "ab"],
  asksForEnded: false,
}
/** One slot, and what is over is asked for too: answers that lead nowhere. */
export const ENDED_BOUNDS: BookingBounds = { rankings: [["ann", "ben"]], maxHolds: 2, slots: ["b"], asksForEnded: true }
export const THREE_RANKS: BookingBounds = { ...BOOKING_BOUNDS, rankings: [["ann", "ben", "cem"]] }

export const BOOKING: Protocol<BookingWorld, BookingMove, BookingGuards> = {
  name: "booking",
  guards: BOOKING_GUARDS,
  stalled: bookingModel({ ...BOOKING_BOUNDS, rankings: [["ann", "ben"]], slots: ["b"] }),
  models: [BOOKING_BOUNDS, ENDED_BOUNDS, THREE_RANKS].map((bounds) => (guards) => bookingModel(bounds, guards)),
  tla: { write: bookingInTla, without: ["decideUnderLock", "logWithEffect"] },
}

/** As intent.cfg has it. */
export const ONE_APPROVAL: IntentBounds = { approvals: ["A"], intents: 2, edits: 1 }
export const SUCCESSORS: IntentBounds = { approvals: ["A"], intents: 3, edits: 2 }
/** Two approvals of one event. */
export const BOTH: IntentBounds = { approvals: ["A", "B"], intents: 2, edits: 0 }
const BOTH_AND_OTHERS: IntentBounds = { ...BOTH, edits: 1 }

export const INTENT: Protocol<IntentWorld, IntentMove, FlightGuards> = {
  name: "intent",
  guards: FLIGHT_GUARDS,
  stalled: intentModel(ONE_APPROVAL),
  models: [ONE_APPROVAL, SUCCESSORS, BOTH, BOTH_AND_OTHERS].map((bounds) => (guards) => intentModel(bounds, guards)),
  tla: {
    write: intentInTla(ONE_APPROVAL),
    without: [],
    wider: { oneInFlight: { Approvals: '{"A", "B"}' }, oneSuccessor: { Intents: "3", Edits: "2" } },
  },
}

/** Every protocol, by what is checked of it. */
export const PROTOCOLS: readonly (() => Checked)[] = [() => check(CLAIM), () => check(BOOKING), () => check(INTENT)]
