import { rotateKeys } from "../rotate-keys"
import { closeWiring, wired } from "../wiring"

/** The second half of `npm run keys:rotate`: everything at rest under the current key. Exits 1 when something could not be opened. */
async function main(): Promise<number> {
  const { seen, resealed, lost } = await rotateKeys(wired)
  // what was sealed meanwhile with the key before, by a process that knew no other, is found by a second look
  const again = resealed > 0 ? await rotateKeys(wired) : { resealed: 0 }
  console.log(`${seen} sealed texts; ${resealed + again.resealed} sealed anew, ${lost.length} that no key here opens`)
  for (const place of lost) console.log(`  ${place}`)
  await closeWiring()
  return lost.length > 0 ? 1 : 0
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    process.exit(2)
  },
)
