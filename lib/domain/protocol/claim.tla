------------------------------- MODULE claim -------------------------------
(* One head: who has claimed it, the fence that refuses whoever had, and the
   views that a commit or a hand-off kills (C1, C3 to C6, C15, C16).

   The head is version, epoch, claim (0: none), left (ticks until the claim
   is over), holder, madeUnder (the epoch of every claim), and bar (who has to
   read again). An agent forgets nothing, so each may be a zombie: seen is the
   version it read last, mine the claim it had last, owes whether it has to
   read again by what it was told or did itself.

   What is over is ended by whoever meets it; where that is all that happens,
   it is what Sweep does. Refusals that change nothing are not steps. The same rule in TypeScript is
   claim.ts; the two graphs are compared state by state.                      *)
EXTENDS Naturals, FiniteSets
CONSTANTS Agents, LastVersion, Claims, Ttl,
          VersionCheck, EpochCheck, OwnerCheck, IdentityIsClaimId, ClaimNotOver,
          BumpOnSweep, BumpOnRelease, BumpOnHandOff,
          PeersInvalidated, GiverInvalidated, StickyRefusal
VARIABLES version, epoch, claim, left, holder, madeUnder, bar,
          seen, mine, owes,
          issued,   \* how many claims were made
          broken    \* properties that a step has broken
vars == <<version, epoch, claim, left, holder, madeUnder, bar, seen, mine, owes, issued, broken>>

None == "none"
NotYet == Claims + 1   \* the epoch of a claim that was not made

Init == /\ version = 1 /\ epoch = 0 /\ claim = 0 /\ left = 0 /\ holder = None
        /\ madeUnder = [c \in 1..Claims |-> NotYet]
        /\ bar = [a \in Agents |-> FALSE]
        /\ seen = [a \in Agents |-> 0]
        /\ mine = [a \in Agents |-> 0]
        /\ owes = [a \in Agents |-> None]
        /\ issued = 0 /\ broken = {}

Bumped(guard) == IF guard THEN epoch + 1 ELSE epoch

(* The head as whoever meets it finds it. *)
IsOver == ClaimNotOver /\ claim # 0 /\ left = 0
MetClaim == IF IsOver THEN 0 ELSE claim
MetHolder == IF IsOver THEN None ELSE holder
MetEpoch == IF IsOver THEN Bumped(BumpOnSweep) ELSE epoch

----------------------------------------------------------------------------
Tick == /\ claim # 0 /\ left > 0
        /\ left' = left - 1
        /\ UNCHANGED <<version, epoch, claim, holder, madeUnder, bar, seen, mine, owes, issued, broken>>

Read(a) == /\ seen' = [seen EXCEPT ![a] = version]
           /\ bar' = [bar EXCEPT ![a] = FALSE]
           /\ owes' = [owes EXCEPT ![a] = None]
           /\ UNCHANGED <<version, epoch, claim, left, holder, madeUnder, mine, issued, broken>>

Claim(a) == /\ issued < Claims
            /\ MetClaim = 0
            /\ epoch' = MetEpoch
            /\ issued' = issued + 1
            /\ claim' = issued'
            /\ left' = Ttl
            /\ holder' = a
            /\ madeUnder' = [madeUnder EXCEPT ![issued'] = epoch']
            /\ mine' = [mine EXCEPT ![a] = issued']
            /\ UNCHANGED <<version, bar, seen, owes, broken>>

Stands(c) == /\ c # 0 /\ claim = c
             /\ EpochCheck => madeUnder[c] = epoch
             /\ ClaimNotOver => left > 0

Heartbeat(a) == /\ Stands(mine[a])
                /\ left' = Ttl
                /\ UNCHANGED <<version, epoch, claim, holder, madeUnder, bar, seen, mine, owes, issued, broken>>

Release(a) == /\ Stands(mine[a])
              /\ claim' = 0 /\ left' = 0 /\ holder' = None
              /\ epoch' = Bumped(BumpOnRelease)
              /\ UNCHANGED <<version, madeUnder, bar, seen, mine, owes, issued, broken>>

(* A new version of the same: every view is dead, the giver's above all. *)
HandOff(a, b) == /\ a # b /\ issued < Claims /\ version < LastVersion
                 /\ Stands(mine[a])
                 /\ epoch' = Bumped(BumpOnHandOff)
                 /\ issued' = issued + 1
                 /\ claim' = issued'
                 /\ left' = Ttl
                 /\ holder' = b
                 /\ madeUnder' = [madeUnder EXCEPT ![issued'] = epoch']
                 /\ mine' = [mine EXCEPT ![b] = issued']
                 /\ version' = IF GiverInvalidated THEN version + 1 ELSE version
                 /\ owes' = [owes EXCEPT ![a] = "gave"]
                 /\ UNCHANGED <<bar, seen, broken>>

Sweep == /\ claim # 0 /\ left = 0
         /\ claim' = 0 /\ holder' = None
         /\ epoch' = Bumped(BumpOnSweep)
         /\ UNCHANGED <<version, left, madeUnder, bar, seen, mine, owes, issued, broken>>

----------------------------------------------------------------------------
Barred(a) == StickyRefusal /\ bar[a]
Superseded(c) == c # 0 /\ EpochCheck /\ madeUnder[c] # MetEpoch

(* Told to acquire and read again; sticky. *)
MustReread(a, c) == Superseded(c) \/ (VersionCheck /\ seen[a] # version) \/ Barred(a)

IsHolder(a, c) == IF IdentityIsClaimId THEN MetClaim = c ELSE MetHolder = a
MustWait(a, c) == OwnerCheck /\ MetClaim # 0 /\ ~IsHolder(a, c)

Met == claim' = MetClaim /\ holder' = MetHolder /\ epoch' = MetEpoch /\ left' = left

Told(a) == /\ bar' = [bar EXCEPT ![a] = TRUE]
           /\ owes' = [owes EXCEPT ![a] = IF @ = None THEN "told" ELSE @]
           /\ UNCHANGED <<version, madeUnder, seen, mine, issued, broken>>

If(condition, name) == IF condition THEN {name} ELSE {}

BrokenByActing(a) == If(owes[a] = "told", "Unread") \cup If(owes[a] = "gave", "GiverActs")

BrokenByCommit(a, c) ==
    BrokenByActing(a)
      \cup If(seen[a] # version, "LostUpdate")
      \cup If(c # 0 /\ (claim # c \/ left = 0), "StaleApply")
      \cup If(c = 0 /\ claim # 0 /\ left > 0, "Trespass")

(* c: the claim that is shown; 0: none. *)
Commit(a, c) ==
    /\ seen[a] # 0 /\ version < LastVersion
    /\ Met
    /\ IF MustReread(a, c)
       THEN Told(a)
       ELSE IF MustWait(a, c)
       THEN /\ broken' = broken \cup If(c # 0, "ToldInVain")
            /\ UNCHANGED <<version, madeUnder, bar, seen, mine, owes, issued>>
       ELSE /\ broken' = broken \cup BrokenByCommit(a, c)
            /\ version' = version + 1
            /\ seen' = [seen EXCEPT ![a] = version + 1]
            /\ UNCHANGED <<madeUnder, bar, mine, owes, issued>>

(* The effect gate: may something outside be done that was decided on this view? *)
Admit(a) ==
    /\ seen[a] # 0
    /\ IF Barred(a) \/ (PeersInvalidated /\ seen[a] # version)
       THEN Told(a) /\ UNCHANGED <<epoch, claim, left, holder>>
       ELSE /\ broken' = broken \cup BrokenByActing(a) \cup If(seen[a] # version, "StaleEffect")
            /\ UNCHANGED <<version, epoch, claim, left, holder, madeUnder, bar, seen, mine, owes, issued>>

Next == \/ Tick \/ Sweep
        \/ \E a \in Agents : \/ Read(a) \/ Claim(a) \/ Heartbeat(a) \/ Release(a) \/ Admit(a)
                             \/ \E b \in Agents : HandOff(a, b)
                             \/ \E c \in {0, mine[a]} : Commit(a, c)
Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------
TypeOK == /\ version \in 1..LastVersion /\ epoch \in 0..Claims /\ claim \in 0..Claims /\ left \in 0..Ttl
          /\ holder \in Agents \cup {None} /\ (holder = None <=> claim = 0)
          /\ \A a \in Agents : bar[a] \in BOOLEAN /\ owes[a] \in {None, "told", "gave"}
NoLostUpdate == "LostUpdate" \notin broken
NoStaleApply == "StaleApply" \notin broken
NoTrespass == "Trespass" \notin broken
NoStaleEffect == "StaleEffect" \notin broken
ReadAsTold == "Unread" \notin broken
GiverReadsAgain == "GiverActs" \notin broken
WaitingIsNotInVain == "ToldInVain" \notin broken
=============================================================================
