import "server-only"

const WORDS = {
  unmanaged: "is under none of the managed globs",
  key: "is no record key",
  workspace: "is no name of a workspace's folder",
  symlink: "has a symbolic link on its path",
  spellings: "is there in two spellings that differ in case alone",
  "not-a-file": "has something other than files and folders on its path",
  unreadable: "holds what is no readable text, or no JSON",
  "too-large": "is too large for a record",
  "text-only": "can hold a text only: its name does not end in .json",
  runs: "cannot be published under a run: there are no views here",
} as const

/** What a folder of files cannot keep, or will not touch. A fault and no answer: nothing was written, and trying again changes nothing. */
export class UnfitForFiles extends Error {
  override readonly name = "UnfitForFiles"
  constructor(
    readonly subject: string,
    readonly why: keyof typeof WORDS,
  ) {
    super(`${subject} ${WORDS[why]}`)
  }
}
