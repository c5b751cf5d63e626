import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { showProposal } from "../http/show/proposal"
import type { SandboxProvider } from "../testing/sandbox"
import { CAST, openScene, type Scene } from "../testing/scene"
import { stageOf } from "../testing/stage"

describe.each(["google", "microsoft"] as const)(
  "B2 guests in the slot of a proposal: %s",
  (provider: SandboxProvider) => {
    let scene: Scene
    let stage: ReturnType<typeof stageOf>
    const { guest } = CAST[provider]
    beforeAll(async () => {
      scene = await openScene(provider)
      stage = stageOf(scene)
    })
    afterEach(() => scene.sandbox.clearFaults())
    afterAll(() => scene?.close())

    const textOf = async (words: string) => {
      const proposal = await scene.propose(words)
      return { proposal, ...(await showProposal(scene.deps.store, proposal, "Europe/Berlin")) }
    }

    /** Something of the guest's own, that nobody else is invited to. */
    const busyAt = (date: string, hour: string) =>
      scene.sandbox.control("POST", "events", {
        provider,
        person: guest,
        summary: "Dentist",
        start: `${date}T${hour}:00`,
        end: `${date}T${hour}:30`,
      })

    it("a busy one is named, and the meeting is moved all the same when the person says so", async () => {
      const { title, date, event } = await stage.given()
      await busyAt(date, "15")
      const { proposal, text, operations } = await textOf(`move ${title} to 15:00`)
      const name = event.value.attendees.find(({ email }) => email === guest)?.name ?? guest
      expect(text).toContain(`${name} is busy then.`)
      expect(operations).toMatchObject([{ guestsThen: { busy: [guest], unknown: [] } }])
      expect(await stage.apply(proposal)).toMatchObject({ kind: "applied" })
    })

    it("a free one is not spoken of; the meeting itself does not make them busy", async () => {
      const { title } = await stage.given()
      const { text, operations } = await textOf(`move ${title} to 10:15`)
      expect(text).not.toMatch(/busy|not known/)
      expect(operations).toMatchObject([{ guestsThen: { busy: [], unknown: [] } }])
    })

    it("one whose time cannot be read is not known, never free", async () => {
      const { title, date } = await stage.given()
      await busyAt(date, "15")
      const path = provider === "google" ? "freeBusy" : "getSchedule"
      await scene.sandbox.fault({ provider, kind: "429", pathIncludes: path, times: 9 })
      const { text, operations } = await textOf(`move ${title} to 15:00`)
      expect(text).toMatch(/Whether .+ is free then is not known\./)
      expect(operations).toMatchObject([{ guestsThen: { busy: [], unknown: [guest] } }])
    })
  },
)
