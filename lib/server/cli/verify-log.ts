import { PROBLEM_TEXT, VERIFICATION_LIMITS } from "../../domain/log/wording"
import { checkChain, type LogVerdict } from "../verify-log"
import { wired } from "../wiring"

/** `npm run log:verify`: every workspace's chain, against its checkpoints inside and outside the database. Exits 1 when something is wrong. */
async function main(): Promise<number> {
  const verdicts: (LogVerdict & { workspaceId: string })[] = []
  for (const workspaceId of await wired.logStore.workspaces()) {
    const verdict = await checkChain(wired, workspaceId)
    verdicts.push({ workspaceId, ...verdict })
    console.log(describe(workspaceId, verdict))
  }
  console.log(["What this does not prove:", ...VERIFICATION_LIMITS].join("\n- "))
  console.log(JSON.stringify(verdicts))
  return verdicts.every((verdict) => verdict.ok) ? 0 : 1
}

function describe(
  workspaceId: string,
  { ok, size, unsealed, checkpoints, outsideCheckpoints, root, problems }: LogVerdict,
): string {
  return [
    `${workspaceId}: ${ok ? "ok" : "PROBLEMS"}, ${size} rows, ${unsealed} not yet sealed`,
    `  ${checkpoints} signed checkpoints, ${outsideCheckpoints} of them kept outside the database; root ${root}`,
    ...problems.map(({ kind, seq }) => `  ${seq === null ? "" : `row ${seq}: `}${PROBLEM_TEXT[kind]}`),
  ].join("\n")
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    process.exit(2)
  },
)
