import { useQueryClient } from "@tanstack/react-query"
import { useEffect } from "react"
import { keys } from "./keys"

const GATHER_MS = 250
const REOPEN_MS = 3_000

/**
 * Listens to the workspace's sealed log. An event only says that something happened, so what is on screen is asked for anew; several within a
 * moment make one refetch. The log is left out: looking at it writes to it, and would be heard here again. A browser reopens a dropped stream by itself, but not one that was answered with an error: that is done here.
 */
export function useStream(): void {
  const client = useQueryClient()
  useEffect(() => {
    let source: EventSource | null = null
    let gathering: ReturnType<typeof setTimeout> | undefined
    let reopening: ReturnType<typeof setTimeout> | undefined

    const refresh = () => {
      gathering = undefined
      for (const queryKey of [keys.weeks, keys.conversation, keys.proposals, keys.settings, keys.agents])
        void client.invalidateQueries({ queryKey })
    }
    const heard = () => {
      gathering ??= setTimeout(refresh, GATHER_MS)
    }
    const open = () => {
      source = new EventSource("/api/stream")
      source.addEventListener("sealed", heard)
      source.onerror = () => {
        if (source?.readyState === EventSource.CLOSED) reopening = setTimeout(open, REOPEN_MS)
      }
    }
    open()
    return () => {
      clearTimeout(gathering)
      clearTimeout(reopening)
      source?.close()
    }
  }, [client])
}
