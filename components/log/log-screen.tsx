"use client"

import { useQueryStates } from "nuqs"
import { useState } from "react"
import { Button } from "@/components/ui/button"
import { Card } from "@/components/ui/card"
import { ProblemNotice } from "@/components/ui/problem-notice"
import { Sheet } from "@/components/ui/sheet"
import { type LogRowView, useLog } from "@/lib/client/log"
import { FILTER_PARSERS, logParams } from "./log-filter"
import { LogFilters } from "./log-filters"
import { LogRows } from "./log-rows"
import { Story, StoryRow } from "./story"
import { VerifyPanel } from "./verify-panel"

export function LogScreen({ timeZone }: { readonly timeZone: string }) {
  const [filter, setFilter] = useQueryStates(FILTER_PARSERS, { throttleMs: 300 })
  const [opened, setOpened] = useState<LogRowView | null>(null)
  const log = useLog(logParams(filter, timeZone))
  const pages = log.data?.pages ?? []
  const rows = pages.flatMap((page) => page.rows)
  return (
    <>
      <VerifyPanel
        unsealed={pages[0]?.unsealed ?? null}
        isReading={log.isFetching}
        onRefresh={() => void log.refetch()}
      />
      <LogFilters filter={filter} people={pages[0]?.people ?? []} onFilter={(change) => void setFilter(change)} />
      {log.isError && <ProblemNotice error={log.error} retry={() => void log.refetch()} />}
      {log.isPending && (
        <div role="status" aria-label="Loading the log" className="h-64 animate-pulse rounded-xl bg-sunken" />
      )}
      {log.isSuccess && rows.length === 0 && <p className="py-10 text-center text-ink-soft">No row matches.</p>}
      {rows.length > 0 && (
        <Card className="overflow-x-auto max-md:border-0 max-md:bg-transparent max-md:shadow-none">
          <LogRows rows={rows} timeZone={timeZone} onOpen={setOpened} />
        </Card>
      )}
      {log.hasNextPage && (
        <Button
          className="justify-self-center"
          pending={log.isFetchingNextPage}
          onClick={() => void log.fetchNextPage()}
        >
          Older rows
        </Button>
      )}
      <Sheet
        open={opened !== null}
        onClose={() => setOpened(null)}
        title="The whole story"
        description={
          opened?.proposalId ? "From the first read to the outcome, oldest first." : "This row stands alone."
        }
        className="sm:w-[min(44rem,calc(100vw-2rem))]"
      >
        {opened?.proposalId ? (
          <Story proposalId={opened.proposalId} timeZone={timeZone} />
        ) : (
          opened && <StoryRow row={opened} timeZone={timeZone} />
        )}
      </Sheet>
    </>
  )
}
