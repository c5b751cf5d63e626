import { type Reader, skip, skipAny } from "./reader"
import { type Token, tokenize } from "./tokens"

/** The tokens of the one sentence that asks for something, courtesy taken off; null when there are several, so that none is half obeyed. */
export function request(words: string): readonly Token[] | null {
  const asking = words
    .split(SENTENCE_END)
    .map(tokenize)
    .map(withoutCourtesy)
    .filter((tokens) => tokens.length > 0)
  const [only, ...others] = asking
  return others.length > 0 ? null : (only ?? [])
}

/** Not after the dots of "15.12." and "3 p.m." */
const SENTENCE_END = /(?<!\d\.\d{1,2}|\b[ap]\.m)[.!?;\n]+(?=\s|$)/iu

const OPENINGS = [
  ..."hi there,hello there,hey there,hi,hello,hey,good morning,good afternoon,dear assistant,ok,okay,so,right,thanks,thank you so much".split(
    ",",
  ),
  ..."thank you very much,thank you,many thanks,cheers,sorry,please,kindly,just,could you,can you,would you,will you,could we,can we,could i".split(
    ",",
  ),
  ..."can i,shall we,lets,let us,i would like to,i would like you to,id like to,id like you to,id love to,i want to,i want you to,i need to,i need you to".split(
    ",",
  ),
  ..."we need to,need to,want to,we want to,we should,i have to,we have to,is it possible to,would it be possible to,would you mind,go ahead and,possibly,maybe you could".split(
    ",",
  ),
]

const CLOSINGS = [
  ..."please,thanks,thank you,thanks a lot,thank you so much,thank you very much,many thanks,cheers,for me,instead,if possible,if you can,ok".split(
    ",",
  ),
]

const MOVING: ReadonlyMap<string, string> = new Map([
  ["moving", "move"],
  ["pushing", "push"],
  ["shifting", "shift"],
  ["rescheduling", "reschedule"],
])

function withoutCourtesy(tokens: readonly Token[]): readonly Token[] {
  let rest = tokens.filter((token) => token.word !== "please" && token.word !== "kindly")
  for (let start = skipAny(rest, 0, OPENINGS); start > 0; start = skipAny(rest, 0, OPENINGS)) rest = rest.slice(start)
  for (let end = closing(rest, 0); end !== null; end = closing(rest, 0)) rest = rest.slice(0, end.next)
  const [first, ...others] = rest
  const verb = first ? MOVING.get(first.word) : undefined
  return first && verb !== undefined ? [{ ...first, word: verb }, ...others] : rest
}

const closing: Reader<string> = (tokens) => {
  for (const phrase of CLOSINGS) {
    const start = tokens.length - phrase.split(" ").length
    if (start >= 0 && skip(tokens, start, phrase) !== null) return { value: phrase, next: start }
  }
  return null
}
