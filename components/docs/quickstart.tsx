import { Section } from "@/components/ui/card"
import { CodeBlock } from "./code-block"

const ask = (origin: string) => `export IFMATCH_URL=${origin} IFMATCH_KEY=ifm...
curl -sS "$IFMATCH_URL/api/v1/whoami" -H "authorization: Bearer $IFMATCH_KEY"`

const BOOK = `curl -sS -X POST "$IFMATCH_URL/api/v1/bookings" \\
  -H "authorization: Bearer $IFMATCH_KEY" \\
  -H "idempotency-key: $(uuidgen)" -H "content-type: application/json" \\
  -d '{"user_id":"...","start":"2026-12-01T09:00:00Z","end":"2026-12-01T09:30:00Z","title":"Planning"}'`

const CLIENT = `import { ifmatch } from "@ifmatch/client"

const api = ifmatch({ baseUrl: process.env.IFMATCH_URL, key: process.env.IFMATCH_KEY })
const answer = await api.commit({ user_id, start, end, title: "Planning" })
switch (answer.kind) {
  case "done":     return answer.value          // it is yours
  case "conflict": return offerAnother(answer.conflict)
  case "refused":  throw new Error(answer.problem.code)
}`

const mcpSettings = (origin: string) => `{
  "mcpServers": {
    "ifmatch": { "type": "http", "url": "${origin}/api/mcp", "headers": { "Authorization": "Bearer ifm..." } }
  }
}`

/** From nothing to a booking. @param origin where this installation is */
export const Quickstart = ({ origin }: { readonly origin: string }) => (
  <Section title="Five minutes" hint="A key, a question, a booking.">
    <ol className="grid grid-cols-1 list-decimal gap-5 pl-5">
      <li>On the Agents page make a calendar bookable, add an agent and issue a key to it. The key is shown once.</li>
      <li className="min-w-0">
        <p className="mb-2">Ask who you are, and on whose calendars you may book.</p>
        <CodeBlock label="Who am I" text={ask(origin)} />
      </li>
      <li className="min-w-0">
        <p className="mb-2">Book. There is nothing to ask before.</p>
        <CodeBlock label="Book a slot" text={BOOK} />
      </li>
      <li className="min-w-0">
        <p className="mb-2">Or with the typed client, from lib/api-client.</p>
        <CodeBlock label="The typed client" text={CLIENT} />
      </li>
      <li className="min-w-0">
        <p className="mb-2">Or let an assistant do it, over MCP: it is shown the tools that its key has scopes for.</p>
        <CodeBlock label="Settings of an MCP client" text={mcpSettings(origin)} />
      </li>
    </ol>
  </Section>
)
