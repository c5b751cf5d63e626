import { googleClient } from "../../../lib/adapters/google/client"
import { graphClient } from "../../../lib/adapters/microsoft/client"
import { CAST, type Scene } from "../../../lib/testing/scene"

export interface Move {
  readonly start: string
  readonly end: string
}

/** What anybody would write with the provider's own SDK: get, then a patch under the etag that was got. */
export async function bareSdk({ provider, sandbox }: Scene): Promise<(eventId: string, to: Move) => Promise<void>> {
  const token = await sandbox.token(provider, CAST[provider].person)
  if (provider === "google") {
    const api = googleClient(`${sandbox.url}/`)
    const headers = { Authorization: `Bearer ${token}` }
    return async (eventId, { start, end }) => {
      const params = { calendarId: "primary", eventId }
      const { data } = await api.events.get(params, { headers })
      const requestBody = { start: { dateTime: start }, end: { dateTime: end } }
      await api.events.patch({ ...params, requestBody }, { headers: { ...headers, "If-Match": data.etag ?? "" } })
    }
  }
  const moment = (at: string) => ({ dateTime: at.replace("Z", ""), timeZone: "UTC" })
  return async (eventId, { start, end }) => {
    const client = graphClient(token, `${sandbox.url}/graph`)
    const path = `/me/events/${encodeURIComponent(eventId)}`
    const event: { "@odata.etag": string } = await client.api(path).get()
    await client
      .api(path)
      .header("If-Match", event["@odata.etag"])
      .patch({ start: moment(start), end: moment(end) })
  }
}
