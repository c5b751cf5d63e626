import { lossOf, verdictOn } from "./intent-provider"
import {
  ask,
  change,
  FLIGHT,
  type Flight,
  type FlightGuards,
  flightOf,
  type IntentMove,
  type IntentWorld,
  LEASE,
  LOOK_AGAIN,
  type Made,
  TIMEOUT,
  whole,
} from "./intent-world"

/* What a sender and recovery do, each judged by what the provider knows. */

/** The sender has just read the event: what it read is what it will name. */
export function prepared(
  world: IntentWorld,
  { approval, after }: Extract<IntentMove, { kind: "prepare" }>,
  guards: FlightGuards,
): Made {
  const id = world.flights.length + 1
  const action = {
    kind: "prepare",
    at: 0,
    id: `${id}`,
    claimId: `s${id}`,
    approvalId: approval,
    leaseMs: LEASE,
  } as const
  const { world: next, answer } = ask(world, { ...action, after: after ? `${after}` : null }, guards)
  if (answer !== "prepared") return whole(after ? change(next, after, { sender: "gone" }) : next, `prepare: ${answer}`)
  const { version, content } = world.event
  const flight: Flight = {
    sender: "prepared",
    request: "none",
    fuel: 0,
    base: { version, content },
    recovering: false,
    landed: false,
  }
  const open = Object.values(world.db.intents).some(({ state }) => state !== "DONE")
  const broken = [
    ...(after === 0 && world.db.approvals[approval]?.used ? ["ApprovalUsedTwice"] : []),
    ...(after > 0 && (world.db.intents[after]?.after ?? null) !== null ? ["SecondSuccessor"] : []),
    ...(open ? ["TwoInFlight"] : []),
  ]
  const told = after ? change(next, after, { sender: "gone" }) : next
  return whole({ ...told, flights: [...told.flights, flight] }, "prepare: prepared", broken)
}

/** `sent` is recorded and the request leaves, in this order and at once. */
export function sent(world: IntentWorld, id: number, guards: FlightGuards): Made {
  const before = world.db.intents[id]
  const flies = { sender: "waiting", request: "flying", fuel: FLIGHT } as const
  if (!guards.intentBeforeSend) return whole(change(world, id, flies), "send: sent")
  const { world: next, answer } = ask(
    world,
    { kind: "sent", at: 0, id: `${id}`, claimId: `s${id}`, needMs: TIMEOUT },
    guards,
  )
  if (answer === "sent")
    return whole(change(next, id, flies), "send: sent", [
      ...(before?.claimId !== `s${id}` ? ["SentByNoHolder"] : []),
      ...((before?.leaseUntil ?? 0) < TIMEOUT ? ["SentTooLate"] : []),
    ])
  const given = answer === "expired" ? finished(next, id, `s${id}`, "notApplied", guards).state : next
  return whole(change(given, id, { sender: "gone" }), `send: ${answer}`)
}

/** Writes an end down, and judges it by what the provider knows. */
function finished(world: IntentWorld, id: number, claimId: string, outcome: string, guards: FlightGuards) {
  const row = world.db.intents[id]
  const { world: next, answer } = ask(world, { kind: "finish", id: `${id}`, claimId, outcome }, guards)
  const truth = flightOf(world, id).landed
  const broken =
    answer === "finished"
      ? [
          ...(row?.state === "DONE" ? ["SecondOutcome"] : []),
          ...(truth && outcome !== "applied" ? ["Denied"] : []),
          ...(!truth && outcome === "applied" ? ["Claimed"] : []),
        ]
      : []
  return { state: next, answer, broken }
}

/** The answer comes: what was applied and taken for lost is added as the one correction. */
export function heard(world: IntentWorld, id: number, guards: FlightGuards): Made {
  const { request, base } = flightOf(world, id)
  const outcome = request === "applied" ? "applied" : "conflict"
  const end = finished(world, id, `s${id}`, outcome, guards)
  const loss = lossOf(world, base)
  const follows = end.answer === "finished" && request === "refused" && loss.kind === "irrelevant"
  const told = change(end.state, id, { sender: follows ? "follows" : "gone" })
  if (end.answer === "finished" || request === "refused") return whole(told, `hear: ${end.answer}`, end.broken)
  const { world: next, answer } = ask(told, { kind: "correct", id: `${id}` }, guards)
  return whole(next, `hear: ${answer}`, end.broken)
}

/** No answer came: the sender looks once and leaves the rest to recovery. */
export function timedOut(world: IntentWorld, id: number, guards: FlightGuards): Made {
  const verdict = verdictOn(world, id, !guards.lookTwice)
  const gone = change(world, id, { sender: "gone" })
  if (verdict === "lookAgain") return whole(gone, "timeOut: nothing")
  const end = finished(gone, id, `s${id}`, verdict, guards)
  return whole(end.state, `timeOut: ${end.answer}`, end.broken)
}

export function reclaimed(world: IntentWorld, id: number, guards: FlightGuards): Made {
  const { world: next, answer } = ask(
    world,
    { kind: "reclaim", at: 0, id: `${id}`, claimId: "r", leaseMs: LEASE },
    guards,
  )
  return whole(change(next, id, { recovering: answer === "reclaimed" }), `reclaim: ${answer}`)
}

export function recovered(world: IntentWorld, id: number, guards: FlightGuards): Made {
  const row = world.db.intents[id]
  const idle = change(world, id, { recovering: false })
  if (!guards.recoveryOnlyReads && row?.state === "SENT")
    return whole(change(idle, id, { request: "flying", fuel: FLIGHT, base: world.event }), "recover: sent again")
  const verdict =
    row?.state === "PREPARED" ? "notApplied" : verdictOn(world, id, row?.lookedBefore === true || !guards.lookTwice)
  if (verdict !== "lookAgain") {
    const end = finished(idle, id, "r", verdict, guards)
    return whole(end.state, `recover: ${end.answer}`, end.broken)
  }
  const { world: next, answer } = ask(
    idle,
    { kind: "defer", at: 0, id: `${id}`, claimId: "r", waitMs: LOOK_AGAIN },
    guards,
  )
  return whole(next, `recover: ${answer}`)
}
