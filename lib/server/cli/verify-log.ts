import { PROBLEM_TEXT, VERIFICATION_LIMITS } from "../../domain/log/wording"
import { checkChain } from "../verify-log"
import { wired } from "../wiring"

/* `npm run log:verify`: every workspace's chain, against its checkpoints inside and outside the database. Exits 1 when something is wrong. */

const verdicts = []
for (const workspaceId of await wired.logStore.workspaces()) {
  const verdict = await checkChain(wired, workspaceId)
  verdicts.push({ workspaceId, ...verdict })
  const { ok, size, unsealed, checkpoints, outsideCheckpoints } = verdict
  console.log(`${workspaceId}: ${ok ? "ok" : "PROBLEMS"}, ${size} rows, ${unsealed} not yet sealed`)
  console.log(
    `  ${checkpoints} signed checkpoints, ${outsideCheckpoints} of them kept outside the database; root ${verdict.root}`,
  )
  for (const { kind, seq } of verdict.problems)
    console.log(`  ${seq === null ? "" : `row ${seq}: `}${PROBLEM_TEXT[kind]}`)
}
console.log(["What this does not prove:", ...VERIFICATION_LIMITS].join("\n- "))
console.log(JSON.stringify(verdicts))
process.exit(verdicts.every((verdict) => verdict.ok) ? 0 : 1)
