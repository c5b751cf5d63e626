import "server-only"

/** One property of a component. `raw` is how it was written, folds and all: what is not touched goes back as it came. */
export interface Line {
  readonly kind: "line"
  readonly raw: string
  /** Upper case. */
  readonly name: string
  /** Names in upper case, values without their quotes. */
  readonly params: ReadonlyMap<string, string>
  /** Still escaped. */
  readonly value: string
}

export interface Component {
  readonly kind: "component"
  /** Upper case. */
  readonly name: string
  readonly children: readonly (Line | Component)[]
}

const MAX_CHARS = 4_000_000
const MAX_LINES = 100_000
const MAX_DEPTH = 6
const FOLD_AT = 73

/**
 * The tree of an iCalendar text (RFC 5545 3.1), nothing interpreted and nothing lost. Linear in time and memory.
 * @throws {RangeError} for what is no single VCALENDAR, is cut short, nested too deeply or larger than any event
 */
export function parseCalendar(text: string): Component {
  if (text.length > MAX_CHARS) throw new RangeError("an event larger than 4 MB")
  const open: { name: string; children: (Line | Component)[] }[] = [{ name: "", children: [] }]
  for (const raw of logicalLines(text)) {
    const line = parseLine(raw)
    const name = line.value.trim().toUpperCase()
    if (line.name === "BEGIN") {
      if (open.length > MAX_DEPTH) throw new RangeError("components nested too deeply")
      open.push({ name, children: [] })
    } else if (line.name === "END") {
      const closed = open.pop()
      if (closed?.name !== name) throw new RangeError(`END:${name.slice(0, 40)} closes nothing`)
      open.at(-1)?.children.push({ kind: "component", ...closed })
    } else open.at(-1)?.children.push(line)
  }
  const [only, ...others] = open.length === 1 ? (open[0]?.children ?? []) : []
  if (only?.kind !== "component" || only.name !== "VCALENDAR" || others.length > 0)
    throw new RangeError("not one whole VCALENDAR")
  return only
}

function logicalLines(text: string): string[] {
  const lines: string[] = []
  for (const line of text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)) {
    if (/^[ \t]/.test(line) && lines.length > 0) lines[lines.length - 1] += `\r\n${line}`
    else if (line !== "") lines.push(line)
    if (lines.length > MAX_LINES) throw new RangeError("an event of more than 100,000 lines")
  }
  return lines
}

/** Name and parameters as they were written, and the value. @throws {RangeError} */
function splitLine(raw: string): { readonly parts: readonly string[]; readonly value: string } {
  const text = raw.includes("\r\n") ? raw.replace(/\r\n[ \t]/g, "") : raw
  const parts: string[] = []
  let quoted = false
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '"') quoted = !quoted
    if (quoted || (char !== ";" && char !== ":")) continue
    parts.push(text.slice(from, i))
    from = i + 1
    if (char === ":") break
  }
  if (parts.length === 0 || text[from - 1] !== ":") throw new RangeError(`not a property: ${text.slice(0, 40)}`)
  return { parts, value: text.slice(from) }
}

function parseLine(raw: string): Line {
  const { parts, value } = splitLine(raw)
  const params = new Map<string, string>()
  for (const part of parts.slice(1)) {
    const at = part.indexOf("=")
    if (at > 0) params.set(part.slice(0, at).toUpperCase(), part.slice(at + 1).replaceAll('"', ""))
  }
  return { kind: "line", raw, name: (parts[0] ?? "").toUpperCase(), params, value }
}

/** The same line with one parameter set; the others and the value stay as they were written. */
export function withParam(line: Line, name: string, text: string): Line {
  const { parts, value } = splitLine(line.raw)
  const others = parts.filter((part, i) => i === 0 || !part.toUpperCase().startsWith(`${name}=`))
  return parseLine(folded(`${[...others, `${name}=${quoted(text)}`].join(";")}:${value}`))
}

/** The text of a tree; lines that came from `parseCalendar` are as they were. CRLF, as RFC 5545 has it. */
export function writeCalendar(tree: Component): string {
  const lines: string[] = []
  const write = (node: Line | Component) => {
    if (node.kind === "line") return void lines.push(node.raw)
    lines.push(`BEGIN:${node.name}`)
    node.children.forEach(write)
    lines.push(`END:${node.name}`)
  }
  write(tree)
  return `${lines.join("\r\n")}\r\n`
}

/** A new property. Parameter values that need quotes get them (RFC 5545 3.2); what cannot be quoted is left out of them. */
export function makeLine(name: string, value: string, params: Readonly<Record<string, string>> = {}): Line {
  const written = Object.entries(params).map(([key, text]) => `;${key}=${quoted(text)}`)
  return {
    kind: "line",
    raw: folded(`${name}${written.join("")}:${value}`),
    name,
    params: new Map(Object.entries(params)),
    value,
  }
}

const quoted = (text: string) => {
  const clean = text.replace(/["\p{Cc}]/gu, "")
  return /[:;,]/.test(clean) ? `"${clean}"` : clean
}

/** At most 75 octets a line (RFC 5545 3.1), never inside a character. */
function folded(text: string): string {
  const lines: string[] = []
  let line = ""
  let octets = 0
  for (const char of text) {
    const size = Buffer.byteLength(char)
    if (octets + size > FOLD_AT) {
      lines.push(line)
      line = ""
      octets = 0
    }
    line += char
    octets += size
  }
  return [...lines, line].join("\r\n ")
}

/** RFC 5545 3.3.11. */
export const unescapeText = (value: string): string =>
  value.replace(/\\([\\;,nN])/g, (_, char: string) => (char.toLowerCase() === "n" ? "\n" : char))

export const escapeText = (text: string): string =>
  text.replace(/[\\;,]/g, (char) => `\\${char}`).replace(/\r\n|\r|\n/g, "\\n")

export const linesOf = (component: Component, name: string): Line[] =>
  component.children.filter((child): child is Line => child.kind === "line" && child.name === name)

export const lineOf = (component: Component, name: string): Line | null => linesOf(component, name)[0] ?? null

export const partsOf = (component: Component, name: string): Component[] =>
  component.children.filter((child): child is Component => child.kind === "component" && child.name === name)

export const isLine = (child: Line | Component): child is Line => child.kind === "line"
