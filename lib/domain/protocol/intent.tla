------------------------------- MODULE intent -------------------------------
(* One event, one yes (or more) to a change of it, those who write under it,
   the provider, and whoever else changes the event (T4, B3, B4).

   rows are the intents as the database has them, by their numbers from 1:
   state, approval, claim (who may send and finish it), lease (ticks; -1: run
   out), looked (it was looked for once), after (the refused intent that it
   follows; 0: none), outcome, corrected. flights is what only the others know
   of each: where its sender is, where its request is and for how many ticks
   more it may fly (fuel), what it was read as before (version, content),
   whether recovery has it in hand, and whether it truly landed.

   Refusals that change nothing are not steps. The same rule in TypeScript is
   intent-step.ts among lib/testing/models/intent-*.ts; the two graphs are
   compared state by state.                                                   *)
EXTENDS Integers, FiniteSets
CONSTANTS Approvals, Intents, Edits, Lease, Timeout, LookAgain, Fuel,
          ApprovalOnce, OneInFlight, OneSuccessor, OnlyHolder, LeaseLeft,
          IntentBeforeSend, Precondition, Marker, LookTwice, RecoveryOnlyReads
VARIABLES used, rows, flights, version, content, marker, edits,
          broken    \* properties that a step has broken
vars == <<used, rows, flights, version, content, marker, edits, broken>>

Nobody == 0 - 1
NoRow == [state |-> "none", approval |-> "none", claim |-> Nobody, lease |-> 0,
          looked |-> FALSE, after |-> 0, outcome |-> "none", corrected |-> FALSE]
NoFlight == [sender |-> "none", request |-> "none", fuel |-> 0, version |-> 0, content |-> "none",
             recovering |-> FALSE, landed |-> FALSE]
Ids == 1..Intents

Init == /\ used = [a \in Approvals |-> FALSE]
        /\ rows = [i \in Ids |-> NoRow]
        /\ flights = [i \in Ids |-> NoFlight]
        /\ version = 1 /\ content = "base" /\ marker = 0
        /\ edits = 0 /\ broken = {}

If(condition, name) == IF condition THEN {name} ELSE {}
Made == Cardinality({i \in Ids : rows[i].state # "none"})
IsOpen(i) == rows[i].state = "PREPARED" \/ rows[i].state = "SENT"
Event == <<version, content, marker>>

----------------------------------------------------------------------------
(* Time: leases run, and what flies for too long is lost. *)
Aged(row) == [row EXCEPT !.lease = IF row.state = "PREPARED" \/ row.state = "SENT"
                                   THEN (IF @ > 0 - 1 THEN @ - 1 ELSE @)
                                   ELSE 0]
Flown(flight) == IF flight.request # "flying" THEN flight
                 ELSE IF flight.fuel > 0 THEN [flight EXCEPT !.fuel = @ - 1]
                 ELSE [flight EXCEPT !.request = "lost"]
Tick == /\ rows' = [i \in Ids |-> Aged(rows[i])]
        /\ flights' = [i \in Ids |-> Flown(flights[i])]
        /\ UNCHANGED <<used, version, content, marker, edits, broken>>

IsOurs == content = "ours" \/ content = "oursThenTheirs"
(* A guest replies, or somebody moves the event elsewhere. *)
Edit(as) == /\ edits < Edits
            /\ edits' = edits + 1
            /\ version' = version + 1
            /\ content' = IF IsOurs THEN (IF as = "theirs" THEN "oursThenTheirs" ELSE content)
                          ELSE IF content = "theirs" THEN content ELSE as
            /\ UNCHANGED <<used, rows, flights, marker, broken>>

(* What a change from one content to another means for what was asked for. *)
Untouched == {"base", "reply"}
Loss(from, to) == IF from = to \/ (from \in Untouched /\ to \in Untouched) THEN "irrelevant"
                  ELSE IF to = "ours" THEN "unchanged"
                  ELSE "conflict"

----------------------------------------------------------------------------
MayBeFollowed(i, a) == /\ rows[i].approval = a /\ rows[i].state = "DONE" /\ rows[i].outcome = "conflict"
                       /\ OneSuccessor => (rows[i].after = 0 /\ \A j \in Ids : rows[j].after # i)
MayPrepare(a, after) == /\ IF after = 0 THEN ~(ApprovalOnce /\ used[a]) ELSE MayBeFollowed(after, a)
                        /\ OneInFlight => \A j \in Ids : ~IsOpen(j)

New(i, a, after) ==
    /\ used' = [used EXCEPT ![a] = TRUE]
    /\ rows' = [rows EXCEPT ![i] = [NoRow EXCEPT !.state = "PREPARED", !.approval = a, !.claim = i,
                                                 !.lease = Lease, !.after = after]]
    /\ broken' = broken \cup If(after = 0 /\ used[a], "ApprovalUsedTwice")
                        \cup If(after # 0 /\ rows[after].after # 0, "SecondSuccessor")
                        \cup If(\E j \in Ids : IsOpen(j), "TwoInFlight")
Prepared == [NoFlight EXCEPT !.sender = "prepared", !.version = version, !.content = content]

Prepare(a) == /\ Made < Intents /\ MayPrepare(a, 0)
              /\ New(Made + 1, a, 0)
              /\ flights' = [flights EXCEPT ![Made + 1] = Prepared]
              /\ UNCHANGED <<version, content, marker, edits>>

Follow(i) == /\ flights[i].sender = "follows" /\ Made < Intents
             /\ IF MayPrepare(rows[i].approval, i)
                THEN /\ New(Made + 1, rows[i].approval, i)
                     /\ flights' = [flights EXCEPT ![Made + 1] = Prepared, ![i].sender = "gone"]
                ELSE /\ flights' = [flights EXCEPT ![i].sender = "gone"]
                     /\ UNCHANGED <<used, rows, broken>>
             /\ UNCHANGED <<version, content, marker, edits>>

(* Written down by whoever holds the claim: the sender's number, 0 for recovery. *)
Holds(i, who) == OnlyHolder => rows[i].claim = who
Ended(i, outcome) == [rows EXCEPT ![i].state = "DONE", ![i].claim = Nobody, ![i].outcome = outcome]
BrokenByEnd(i, outcome) == If(rows[i].state = "DONE", "SecondOutcome")
                             \cup If(flights[i].landed /\ outcome # "applied", "Denied")
                             \cup If(~flights[i].landed /\ outcome = "applied", "Claimed")

Flies(i) == flights' = [flights EXCEPT ![i].sender = "waiting", ![i].request = "flying", ![i].fuel = Fuel]
Send(i) == /\ flights[i].sender = "prepared"
           /\ IF ~IntentBeforeSend THEN Flies(i) /\ UNCHANGED <<rows, broken>>
              ELSE IF rows[i].state # "PREPARED" \/ ~Holds(i, i)
              THEN flights' = [flights EXCEPT ![i].sender = "gone"] /\ UNCHANGED <<rows, broken>>
              ELSE IF LeaseLeft /\ rows[i].lease < Timeout
              THEN /\ flights' = [flights EXCEPT ![i].sender = "gone"]
                   /\ rows' = Ended(i, "notApplied")
                   /\ UNCHANGED broken
              ELSE /\ Flies(i)
                   /\ rows' = [rows EXCEPT ![i].state = "SENT"]
                   /\ broken' = broken \cup If(rows[i].claim # i, "SentByNoHolder")
                                       \cup If(rows[i].lease < Timeout, "SentTooLate")
           /\ UNCHANGED <<used, version, content, marker, edits>>

Land(i) ==
    /\ flights[i].request = "flying"
    /\ IF Precondition /\ flights[i].version # version
       THEN /\ flights' = [flights EXCEPT ![i].request = "refused", ![i].fuel = 0]
            /\ UNCHANGED <<version, content, marker, broken>>
       ELSE /\ flights' = [flights EXCEPT ![i].request = "applied", ![i].fuel = 0, ![i].landed = TRUE]
            /\ version' = version + 1
            /\ content' = "ours"
            /\ marker' = IF Marker THEN i ELSE marker
            /\ broken' = broken
                 \cup If(flights[i].version # version, "WrittenOver")
                 \cup If(rows[i].state = "PREPARED", "SentUnrecorded")
                 \cup If(rows[i].state = "DONE" /\ rows[i].outcome # "applied", "LandedAfterItsEnd")
                 \cup If(\E j \in Ids : flights[j].landed /\ rows[j].approval = rows[i].approval, "AppliedTwice")
    /\ UNCHANGED <<used, rows, edits>>

Lose(i) == /\ flights[i].request = "flying"
           /\ flights' = [flights EXCEPT ![i].request = "lost", ![i].fuel = 0]
           /\ UNCHANGED <<used, rows, version, content, marker, edits, broken>>

----------------------------------------------------------------------------
(* The answer comes. Applied and taken for lost: added as the one correction. *)
Hear(i) ==
    /\ flights[i].sender = "waiting"
    /\ flights[i].request = "applied" \/ flights[i].request = "refused"
    /\ IF Holds(i, i)
       THEN /\ rows' = Ended(i, IF flights[i].request = "applied" THEN "applied" ELSE "conflict")
            /\ broken' = broken \cup BrokenByEnd(i, IF flights[i].request = "applied" THEN "applied" ELSE "conflict")
       ELSE /\ rows' = [rows EXCEPT ![i].corrected =
                 @ \/ (flights[i].request = "applied" /\ rows[i].state = "DONE" /\ rows[i].outcome # "applied")]
            /\ UNCHANGED broken
    /\ flights' = [flights EXCEPT ![i].sender =
         IF Holds(i, i) /\ flights[i].request = "refused" /\ Loss(flights[i].content, content) = "irrelevant"
         THEN "follows" ELSE "gone"]
    /\ UNCHANGED <<used, version, content, marker, edits>>

(* What reading the event back says: its mark proves it, an unmoved version says "not yet". *)
Verdict(i, looked) == IF marker = i THEN "applied"
                      ELSE IF flights[i].version = version THEN (IF looked THEN "notApplied" ELSE "lookAgain")
                      ELSE IF Loss(flights[i].content, content) = "irrelevant" THEN "notApplied"
                      ELSE Loss(flights[i].content, content)

Finish(i, who, outcome) == IF Holds(i, who)
                           THEN rows' = Ended(i, outcome) /\ broken' = broken \cup BrokenByEnd(i, outcome)
                           ELSE UNCHANGED <<rows, broken>>

TimeOut(i) == /\ flights[i].sender = "waiting"
              /\ flights' = [flights EXCEPT ![i].sender = "gone"]
              /\ IF Verdict(i, ~LookTwice) = "lookAgain" THEN UNCHANGED <<rows, broken>>
                 ELSE Finish(i, i, Verdict(i, ~LookTwice))
              /\ UNCHANGED <<used, version, content, marker, edits>>

Reclaim(i) == /\ IsOpen(i) /\ rows[i].lease < 0
              /\ rows' = [rows EXCEPT ![i].claim = 0, ![i].lease = Lease]
              /\ flights' = [flights EXCEPT ![i].recovering = TRUE]
              /\ UNCHANGED <<used, version, content, marker, edits, broken>>

RecoverBy(i, verdict) ==
    /\ flights' = [flights EXCEPT ![i].recovering = FALSE]
    /\ IF verdict # "lookAgain" THEN Finish(i, 0, verdict)
       ELSE /\ rows' = IF rows[i].state = "SENT" /\ rows[i].claim = 0
                       THEN [rows EXCEPT ![i].looked = TRUE, ![i].lease = LookAgain] ELSE rows
            /\ UNCHANGED broken
Recover(i) ==
    /\ flights[i].recovering
    /\ IF ~RecoveryOnlyReads /\ rows[i].state = "SENT"
       THEN /\ flights' = [flights EXCEPT ![i].recovering = FALSE, ![i].request = "flying", ![i].fuel = Fuel,
                                          ![i].version = version, ![i].content = content]
            /\ UNCHANGED <<rows, broken>>
       ELSE IF rows[i].state = "PREPARED" THEN RecoverBy(i, "notApplied")
       ELSE RecoverBy(i, Verdict(i, rows[i].looked \/ ~LookTwice))
    /\ UNCHANGED <<used, version, content, marker, edits>>

Next == \/ Tick
        \/ \E as \in {"reply", "theirs"} : Edit(as)
        \/ \E a \in Approvals : Prepare(a)
        \/ \E i \in Ids : \/ Follow(i) \/ Send(i) \/ Land(i) \/ Lose(i) \/ Hear(i) \/ TimeOut(i)
                          \/ Reclaim(i) \/ Recover(i)
Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------
TypeOK == /\ \A i \in Ids : /\ rows[i].state \in {"none", "PREPARED", "SENT", "DONE"}
                            /\ rows[i].lease \in (0 - 1)..Lease
                            /\ (rows[i].state = "DONE" <=> rows[i].outcome # "none")
          /\ version \in 1..(1 + Edits + Intents) /\ marker \in 0..Intents
UsedOnce == "ApprovalUsedTwice" \notin broken
OneFollows == "SecondSuccessor" \notin broken
OneFlies == "TwoInFlight" \notin broken
HolderSends == "SentByNoHolder" \notin broken
SentInTime == "SentTooLate" \notin broken
NothingOver == "WrittenOver" \notin broken
RecordedFirst == "SentUnrecorded" \notin broken
EndIsEnd == "LandedAfterItsEnd" \notin broken
AppliedOnce == "AppliedTwice" \notin broken
OneOutcome == "SecondOutcome" \notin broken
NoFalseEnd == "Denied" \notin broken /\ "Claimed" \notin broken
=============================================================================
