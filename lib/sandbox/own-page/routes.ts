import { type Context, Hono } from "hono"
import { getCookie, setCookie } from "hono/cookie"
import { csrf } from "hono/csrf"
import { z } from "zod"
import { createAsPerson, NewPersonsEvent } from "../calendar/create-as-person"
import { asRow, getTarget } from "../calendar/find"
import { Refusal, type RefusalKind } from "../refusal"
import type { SandboxProvider } from "../store/database"
import { allPeople, findCalendar, findPerson, type Person } from "../store/people"
import type { World } from "../world"
import { applyForm, Form } from "./edit"
import { eventPage, pickerPage, refusedPage, weekPage } from "./pages"
import { readWeek } from "./week"

/** The provider's own page, where a person edits their calendar past any assistant: every write is unconditional. */
export function ownPageRoutes(world: World, provider: SandboxProvider): Hono {
  const app = new Hono().basePath(`/own/${provider}`)
  const cookie = `sandbox_${provider}_own`
  const people = () => allPeople(world.db.query, provider)
  const signedIn = (c: Context): Promise<Person | null> =>
    findPerson(world.db.query, provider, getCookie(c, cookie) ?? "")

  app.use(csrf())
  app.onError((error, c) => {
    if (!(error instanceof Refusal) && !(error instanceof z.ZodError)) throw error
    const message = error instanceof Refusal ? (SAID[error.kind] ?? error.message) : "Some of that could not be read."
    return c.html(refusedPage(provider, message, `/own/${provider}`), 400)
  })

  app.get("/people", async (c) => c.html(pickerPage(provider, await people())))
  app.get("/", async (c) => {
    const asked = c.req.query("person")
    const person = asked === undefined ? await signedIn(c) : await findPerson(world.db.query, provider, asked)
    if (!person) return c.html(pickerPage(provider, await people()))
    setCookie(c, cookie, person.email, { path: `/own/${provider}`, httpOnly: true, sameSite: "Lax" })
    return c.html(weekPage(person, await readWeek(world, person, c.req.query("week")), c.req.query("saved") === "yes"))
  })
  app.get("/event", async (c) => {
    const person = await signedIn(c)
    const calendar = person && (await findCalendar(world.db.query, person.email, c.req.query("calendar") ?? ""))
    if (!person || !calendar) return c.redirect(`/own/${provider}`, 303)
    const row = asRow(provider, await getTarget(world.db.query, provider, calendar.id, c.req.query("id") ?? ""))
    if (row.deleted) throw new Refusal("not-found")
    return c.html(eventPage(person, { row, calendar }, c.req.query("week") ?? ""))
  })
  app.post("/", async (c) => {
    const person = await signedIn(c)
    if (!person) return c.redirect(`/own/${provider}`, 303)
    const form = Form.parse(await c.req.parseBody())
    if (form.do === "create") await create(world, person, form)
    else await applyForm(world, person, form)
    const week = z.iso.date().safeParse(c.req.query("week"))
    return c.redirect(`/own/${provider}?saved=yes${week.success ? `&week=${week.data}` : ""}`, 303)
  })

  return app
}

/** What the page says where the API has a code. */
const SAID: Partial<Record<RefusalKind, string>> = {
  "not-organizer": "Only the organizer can change this event.",
  "not-found": "This event is no longer here.",
  "empty-time-range": "The end lies before the start.",
}

async function create(
  world: World,
  person: Person,
  form: Extract<z.infer<typeof Form>, { do: "create" }>,
): Promise<void> {
  const { summary, location, date, startTime = "12:00", endTime = "12:30" } = form
  const wish = {
    provider: person.provider,
    person: person.email,
    summary,
    location,
    start: `${date}T${startTime}`,
    end: `${date}T${endTime}`,
  }
  await createAsPerson(world, NewPersonsEvent.parse(wish))
}
