import { useQueryClient } from "@tanstack/react-query"
import { useEffect, useRef } from "react"
import { keys } from "./keys"

const GATHER_MS = 250
const REOPEN_MS = 3_000

/**
 * Listens to the workspace's sealed log. An event only says that something happened, so what is on screen is asked for anew; several within a
 * moment make one refetch. The log is left out: looking at it writes to it, and would be heard here again. A browser reopens a dropped stream by itself, but not one that was answered with an error: that is done here.
 * A page that nobody sees listens to nothing, because a browser has six connections for all pages of a host (HTTP/1.1); what it missed it is told when it is seen again.
 *
 * @param since the length of the log before the page was read: what was sealed while nobody listened is told as soon as somebody does
 */
export function useStream(since: number): void {
  const client = useQueryClient()
  // a page rendered anew has a newer one, which is no reason to listen anew
  const heardTo = useRef(since)
  useEffect(() => {
    let source: EventSource | null = null
    let gathering: ReturnType<typeof setTimeout> | undefined
    let reopening: ReturnType<typeof setTimeout> | undefined

    const refresh = () => {
      gathering = undefined
      for (const queryKey of [keys.weeks, keys.conversation, keys.proposals, keys.settings, keys.agents])
        void client.invalidateQueries({ queryKey })
    }
    const heard = ({ lastEventId }: MessageEvent) => {
      heardTo.current = Number(lastEventId)
      gathering ??= setTimeout(refresh, GATHER_MS)
    }
    const open = () => {
      source = new EventSource(`/api/stream?since=${heardTo.current}`)
      source.addEventListener("sealed", heard)
      source.onerror = () => {
        if (source?.readyState === EventSource.CLOSED) reopening = setTimeout(open, REOPEN_MS)
      }
    }
    const close = () => {
      clearTimeout(reopening)
      source?.close()
    }
    const listenWhileSeen = () => {
      close()
      if (document.visibilityState === "visible") open()
    }
    listenWhileSeen()
    document.addEventListener("visibilitychange", listenWhileSeen)
    return () => {
      document.removeEventListener("visibilitychange", listenWhileSeen)
      clearTimeout(gathering)
      close()
    }
  }, [client])
}
