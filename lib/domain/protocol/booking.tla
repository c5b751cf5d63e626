------------------------------ MODULE booking ------------------------------
(* The booking rule of one calendar (D3, D4, D9, D14, D16, D22): two agents,
   an owner who changes their ranks, and something outside.

   Slots a and b are neighbours, ab is both. at[s] is what stands in exactly
   this slot: nothing, a hold or a booking, of which agent, with which priority
   (1 is the highest; a copy, so a new ranking counts for later requests only)
   and for how many ticks: until the hold is over, or the booking freezes. A
   hold that is over stays until somebody looks at the time. again[a][s]: ticks
   until a may hold s once more after it let it go or let it run out.

   Refusals end what is over and change nothing else. The same rule in
   TypeScript is booking.ts; the two graphs are compared state by state.
   The lock and the log are not in here: the explorer takes those guards out. *)
EXTENDS Integers, FiniteSets
CONSTANTS MaxHolds, WholeEviction, BumpWindow, LowerNumberWins, EqualsKeepHolds
VARIABLES at, block, rank, again,
          broken    \* properties that a step has broken
vars == <<at, block, rank, again, broken>>

Agents == {"ann", "ben"}
Slots == {"a", "b", "ab"}
Overlap(s, t) == s = t \/ s = "ab" \/ t = "ab"
NoOne == [k |-> "none", g |-> "", p |-> 0, left |-> 0]
Is(one, kind) == one.k = kind

Priority(a) == IF (a = "ann") = (rank = 0) THEN 1 ELSE 2
Weight(p) == IF LowerNumberWins THEN p ELSE 0 - p

Max(x, y) == IF x > y THEN x ELSE y
If(condition, name) == IF condition THEN {name} ELSE {}

Init == /\ at = [s \in Slots |-> NoOne]
        /\ block = FALSE /\ rank = 0
        /\ again = [a \in Agents |-> [s \in Slots |-> 0]]
        /\ broken = {}

----------------------------------------------------------------------------
(* What whoever looks at the time finds: holds that are over have ended. *)
Due(s) == Is(at[s], "hold") /\ at[s].left <= 0
Now == [s \in Slots |-> IF Due(s) THEN NoOne ELSE at[s]]
Waits == [a \in Agents |-> [s \in Slots |->
            IF Due(s) /\ at[s].g = a THEN Max(again[a][s], 1 + at[s].left) ELSE again[a][s]]]
Look == at' = Now /\ again' = Waits

Met(view, s) == {t \in Slots : ~Is(view[t], "none") /\ Overlap(s, t)}

(* The new one stands, all that it met has gone, whole. *)
Put(view, s, one) == [t \in Slots |-> IF t = s THEN one ELSE IF Overlap(s, t) THEN NoOne ELSE view[t]]
New(kind, a) == [k |-> kind, g |-> a, p |-> Priority(a), left |-> 1]

Remnants(view, s) == If(~WholeEviction /\ s # "ab" /\ Is(view["ab"], "booking"), "Remnant")

----------------------------------------------------------------------------
Limited(view, a, s) ==
    \/ \E t \in Slots : Overlap(s, t) /\ (Waits[a][t] > 0 \/ (Is(view[t], "hold") /\ view[t].g = a))
    \/ Cardinality({t \in Slots : Is(view[t], "hold") /\ view[t].g = a}) >= MaxHolds

StaysForHold(one, a) ==
    \/ Is(one, "booking")
    \/ IF EqualsKeepHolds THEN Weight(one.p) <= Weight(Priority(a)) ELSE Weight(one.p) < Weight(Priority(a))

Hold(a, s) ==
    LET now == Now IN
    IF Limited(now, a, s) \/ block \/ \E t \in Met(now, s) : StaysForHold(now[t], a)
    THEN Look /\ UNCHANGED <<block, rank, broken>>
    ELSE /\ at' = Put(now, s, New("hold", a))
         /\ again' = Waits
         /\ broken' = broken
              \cup If(\E t \in Met(now, s) : Is(now[t], "hold") /\ Priority(a) >= now[t].p, "DisplacedByNoBetter")
         /\ UNCHANGED <<block, rank>>

StaysForCommit(one, a) ==
    IF Is(one, "booking")
    THEN Weight(one.p) <= Weight(Priority(a)) \/ (BumpWindow /\ one.left = 0)
    ELSE one.g # a /\ Weight(one.p) < Weight(Priority(a))

BrokenByCommit(view, a, s) ==
    Remnants(view, s)
      \cup If(\E t \in Met(view, s) : Is(view[t], "booking") /\ view[t].left = 0, "FrozenEvicted")
      \cup If(\E t \in Met(view, s) : Is(view[t], "booking") /\ view[t].left > 0 /\ Priority(a) >= view[t].p, "EvictedByNoBetter")
      \cup If(\E t \in Met(view, s) : Is(view[t], "hold") /\ view[t].g # a /\ Priority(a) > view[t].p, "DisplacedByWorse")

Commit(a, s) ==
    LET now == Now IN
    IF block \/ \E t \in Met(now, s) : StaysForCommit(now[t], a)
    THEN Look /\ UNCHANGED <<block, rank, broken>>
    ELSE /\ at' = Put(now, s, New("booking", a))
         /\ again' = Waits
         /\ broken' = broken \cup BrokenByCommit(now, a, s)
         /\ UNCHANGED <<block, rank>>

(* From a hold of one's own: nobody else can stand there. *)
CommitHold(s) ==
    /\ Is(at[s], "hold")
    /\ IF Due(s) THEN Look ELSE at' = Put(Now, s, New("booking", at[s].g)) /\ again' = Waits
    /\ UNCHANGED <<block, rank, broken>>

Release(s) ==
    /\ Is(at[s], "hold")
    /\ IF Due(s) THEN Look
       ELSE /\ at' = [Now EXCEPT ![s] = NoOne]
            /\ again' = [Waits EXCEPT ![at[s].g][s] = 1]
    /\ UNCHANGED <<block, rank, broken>>

Cancel(s) ==
    /\ Is(at[s], "booking")
    /\ at' = [Now EXCEPT ![s] = NoOne]
    /\ again' = Waits
    /\ UNCHANGED <<block, rank, broken>>

(* Something outside takes both; what is frozen stays and is named. *)
Block ==
    /\ ~block
    /\ block' = TRUE
    /\ LET now == Now IN
       at' = [s \in Slots |-> IF Is(now[s], "booking") /\ now[s].left = 0 THEN now[s] ELSE NoOne]
    /\ again' = Waits
    /\ UNCHANGED <<rank, broken>>

Unblock == block /\ block' = FALSE /\ UNCHANGED <<at, rank, again, broken>>
Rank == rank' = 1 - rank /\ UNCHANGED <<at, block, again, broken>>
Expire == Look /\ UNCHANGED <<block, rank, broken>>

Floor(kind) == IF kind = "hold" THEN 0 - 1 ELSE 0
Later(one) == IF Is(one, "none") \/ one.left = Floor(one.k) THEN one ELSE [one EXCEPT !.left = one.left - 1]
Tick == /\ at' = [s \in Slots |-> Later(at[s])]
        /\ again' = [a \in Agents |-> [s \in Slots |-> Max(0, again[a][s] - 1)]]
        /\ UNCHANGED <<block, rank, broken>>

Next == \/ Tick \/ Expire \/ Block \/ Unblock \/ Rank
        \/ \E s \in Slots : \/ CommitHold(s) \/ Release(s) \/ Cancel(s)
                            \/ \E a \in Agents : Hold(a, s) \/ Commit(a, s)
Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------
NoTwoInOneBucket == \A s, t \in Slots : s # t /\ Overlap(s, t) => Is(at[s], "none") \/ Is(at[t], "none")
EvictedWhole == "Remnant" \notin broken
FrozenStays == "FrozenEvicted" \notin broken
OnlyBetterEvicts == "EvictedByNoBetter" \notin broken
OnlyBetterDisplaces == "DisplacedByNoBetter" \notin broken /\ "DisplacedByWorse" \notin broken
=============================================================================
