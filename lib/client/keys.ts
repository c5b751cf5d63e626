/** Names of everything that the browser keeps of the server's state. Prefixes invalidate: `["week"]` means every week. */
export const keys = {
  weeks: ["week"],
  week: (from: string | null) => ["week", from],
  conversation: ["assistant"],
  proposals: ["proposal"],
  proposal: (id: string) => ["proposal", id],
  settings: ["settings"],
  preferences: ["preferences"],
  connections: ["connections"],
  agents: ["agents"],
  webhooks: ["webhooks"],
  deliveries: (webhookId: string) => ["webhooks", webhookId, "deliveries"],
  members: ["members"],
  model: ["model"],
  log: (filter: Readonly<Record<string, string>>) => ["log", "rows", filter],
  story: (proposalId: string) => ["log", "story", proposalId],
} as const
