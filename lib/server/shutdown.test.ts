import { describe, expect, it } from "vitest"
import { closeAll, onShutdown } from "./shutdown"

describe("shutting down", () => {
  it("closes what is open, once, whatever another does", () => {
    const closed: string[] = []
    onShutdown(() => closed.push("first"))
    onShutdown(() => {
      throw new Error("broken")
    })
    onShutdown(() => closed.push("last"))
    const takeBack = onShutdown(() => closed.push("ended by itself"))
    takeBack()
    closeAll()
    closeAll()
    expect(closed).toEqual(["first", "last"])
  })
})
