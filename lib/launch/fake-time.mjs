import { existsSync } from "node:fs"
import { installPackages } from "./debian.mjs"
import { Refusal } from "./progress.mjs"

const LIBRARIES = ["x86_64", "aarch64"].map((cpu) => `/usr/lib/${cpu}-linux-gnu/faketime/libfaketimeMT.so.1`)
const findLibrary = () => LIBRARIES.find(existsSync)

/**
 * What a program is to be started with so that its clock is another one (libfaketime, Debian's package "faketime", installed where it is missing). Durations are not touched.
 * Never set a PostgreSQL server behind the true time: within a signal handler libfaketime lets that one through, and statements are then taken for overdue.
 * @param {{ FAKETIME: string } | { FAKETIME_TIMESTAMP_FILE: string }} shift `+SECONDS`, or a file that says so and is read at every look at the clock
 * @returns {Promise<Record<string, string>>}
 */
export async function fakeTime(shift) {
  if (!findLibrary()) await installPackages(["faketime"])
  const library = findLibrary()
  if (!library)
    throw new Refusal(`This needs libfaketime (Debian's package "faketime"); it is not at ${LIBRARIES.join(" or ")}.`)
  return {
    ...shift,
    LD_PRELOAD: library,
    ...("FAKETIME_TIMESTAMP_FILE" in shift && { FAKETIME_NO_CACHE: "1" }),
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    // or it turns waits on the monotonic clock, which is not shifted, into ones that end at once or late: Chromium then spins
    FAKETIME_FORCE_MONOTONIC_FIX: "0",
  }
}
