#!/bin/sh
# The same over plain HTTP. IFMATCH_URL and IFMATCH_KEY say where and who; START and END (ISO 8601, on the five-minute grid) which slot of which USER_ID.
set -eu

call() { # METHOD PATH KEY [JSON]
  curl -sS -X "$1" "$IFMATCH_URL/api/v1$2" -H "authorization: Bearer $IFMATCH_KEY" -H "idempotency-key: $3" -H "content-type: application/json" ${4:+-d "$4"}
  echo
}

curl -sS "$IFMATCH_URL/api/v1/whoami" -H "authorization: Bearer $IFMATCH_KEY"
echo
# the commit is the check: nothing is asked before
call POST /bookings "$START-first" "{\"user_id\":\"$USER_ID\",\"start\":\"$START\",\"end\":\"$END\",\"title\":\"Quickstart\"}"
# the same key again: the same answer, nothing is booked twice
call POST /bookings "$START-first" "{\"user_id\":\"$USER_ID\",\"start\":\"$START\",\"end\":\"$END\",\"title\":\"Quickstart\"}"
# another request for the slot: 409, and who won
call POST /bookings "$START-second" "{\"user_id\":\"$USER_ID\",\"start\":\"$START\",\"end\":\"$END\",\"title\":\"Too late\"}"
