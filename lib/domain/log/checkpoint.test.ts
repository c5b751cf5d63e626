import { expect, test } from "vitest"
import { checkpointText, openNote, signedNote } from "./checkpoint"
import { leafHash } from "./merkle"

const root = leafHash("x")
const text = checkpointText({ origin: "ifmatch/w1", size: 7, root })
const note = signedNote(text, "ifmatch-log", Uint8Array.of(1, 2, 3, 4), new Uint8Array(64).fill(9))

test("a checkpoint is origin, size and root, and a note signs exactly that text", () => {
  expect(text).toBe(`ifmatch/w1\n7\n${Buffer.from(root, "hex").toString("base64")}\n`)
  expect(note.startsWith(`${text}\n\u2014 ifmatch-log `)).toBe(true)
  expect(openNote(note)).toEqual({
    origin: "ifmatch/w1",
    size: 7,
    root,
    text,
    keyName: "ifmatch-log",
    keyId: Uint8Array.of(1, 2, 3, 4),
    signature: new Uint8Array(64).fill(9),
  })
})

test.each(["", "ifmatch/w1\n7\n", note.replace("\n7\n", "\nseven\n"), note.slice(0, -1), `${note}more`])(
  "not a note: %j",
  (broken) => {
    expect(openNote(broken)).toBeNull()
  },
)
