import { readScopeAt } from "./read-scope"
import { type Reader, skip, skipAny, wordAt } from "./reader"
import { type Token, tokenize } from "./tokens"

/** Everything that is asked for, one list of tokens each, courtesy and excuses taken off. All of it is carried out or none. */
export function requests(words: string): readonly (readonly Token[])[] {
  return words
    .split(SENTENCE_END)
    .map(tokenize)
    .map(withoutCourtesy)
    .filter((tokens) => !EXCUSES.has(tokens.map(({ word }) => word).join(" ")))
    .flatMap(clauses)
    .map(withoutCourtesy)
    .filter((tokens) => tokens.length > 0)
}

/** What people say beside what they ask for, and what changes nothing about it. Anything else is a request, and must be understood. */
const EXCUSES = new Set(
  "im running late,i am running late,something came up,something has come up,im sick,i am sick,i have a conflict,i have a clash,im travelling,im traveling,i am travelling,plans changed,no worries".split(
    ",",
  ),
)

const ORDERS = new Set(
  "cancel delete remove drop move reschedule push shift bump postpone delay bring pull schedule book create add accept decline make shorten extend lengthen swap undo clear find propose suggest say put block".split(
    " ",
  ),
)

/** "... and cancel the dentist", "..., then move it": an order of its own begins where one of its verbs follows a joint. */
function clauses(tokens: readonly Token[]): readonly (readonly Token[])[] {
  for (let at = 1; at < tokens.length; at++) {
    const joint = skipAny(tokens, at, ["and then", "and also", "and", "then", "also"])
    const marked = joint > at || /[,:]/u.test(tokens[at]?.gap ?? "")
    const verb = skipAny(tokens, joint, ["please"])
    // "from now on, move ...": how much of a series is meant is said of what follows
    const isOrder = readScopeAt(tokens, 0)?.next !== at && ORDERS.has(wordAt(tokens, verb))
    if (marked && isOrder) return [tokens.slice(0, at), ...clauses(tokens.slice(verb))]
  }
  return [tokens]
}

/** Not after the dots of "15.12." and "3 p.m." */
const SENTENCE_END = /(?<!\d\.\d{1,2}|\b[ap]\.m)[.!?;\n]+(?=\s|$)/iu

const OPENINGS = [
  ..."oops,whoops,hi there,hello there,hey there,hi,hello,hey,good morning,good afternoon,dear assistant,ok,okay,so,right,thanks,thank you so much".split(
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
  for (let start = opening(rest); start > 0; start = opening(rest)) rest = rest.slice(start)
  for (let end = closing(rest, 0); end !== null; end = closing(rest, 0)) rest = rest.slice(0, end.next)
  const [first, ...others] = rest
  const verb = first ? MOVING.get(first.word) : undefined
  return first && verb !== undefined ? [{ ...first, word: verb }, ...others] : rest
}

/** "just" is courtesy, and "just this once" is none. */
const opening = (tokens: readonly Token[]): number => (readScopeAt(tokens, 0) ? 0 : skipAny(tokens, 0, OPENINGS))

const closing: Reader<string> = (tokens) => {
  for (const phrase of CLOSINGS) {
    const start = tokens.length - phrase.split(" ").length
    if (start >= 0 && skip(tokens, start, phrase) !== null) return { value: phrase, next: start }
  }
  return null
}
