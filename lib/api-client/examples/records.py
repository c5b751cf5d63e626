"""Adds to a list in a record without overwriting anybody: read with the ETag, write on it (If-Match), and after a 412 read again.

records.py KEY NAME TIMES. IFMATCH_URL and IFMATCH_KEY say where and who. Python's standard library is all it needs.
"""

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request


class Conflict(Exception):
    """Somebody was there first. `problem` is the answer: why, current_version, recovery."""

    def __init__(self, problem):
        super().__init__(problem.get("detail") or problem.get("code"))
        self.problem = problem


def ask(method, key, headers=None, body=None):
    """The answer's JSON and its ETag. Conflict for 409 and 412, urllib's HTTPError for every other refusal."""
    request = urllib.request.Request(
        os.environ["IFMATCH_URL"] + "/api/v1/records/" + urllib.parse.quote(key, safe=""),
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": "Bearer " + os.environ["IFMATCH_KEY"],
            "Content-Type": "application/json",
            **(headers or {}),
        },
    )
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response), response.headers["ETag"]
    except urllib.error.HTTPError as refused:
        if refused.code in (409, 412):
            raise Conflict(json.load(refused)) from None
        raise


def read(key):
    """The value and the ETag to write on."""
    record, etag = ask("GET", key)
    return record["value"], etag


def write(key, etag, value):
    """The new ETag; Conflict when the record is no longer at `etag`."""
    return ask("PUT", key, {"If-Match": etag}, {"value": value})[1]


def add(key, item):
    """How many races were lost on the way: each time, the item is added to what stands there now."""
    lost = 0
    while True:
        value, etag = read(key)
        try:
            write(key, etag, {"items": value["items"] + [item]})
            return lost
        except Conflict:
            lost += 1


if __name__ == "__main__":
    key, name, times = sys.argv[1:]
    print(sum(add(key, f"{name}-{n}") for n in range(int(times))))
