import { copyTemplate, prepareTemplate } from "../test-database.mjs"
import { openThrowaway } from "../throwaway.mjs"

/**
 * Lends `work` a database that has nothing but what the migrations make.
 * @template T
 * @param {(ownerUrl: string) => Promise<T>} work
 */
export async function withFreshSchema(work) {
  const server = await openThrowaway()
  try {
    await prepareTemplate(server.ownerUrl)
    return await work((await copyTemplate(server.ownerUrl)).ownerUrl)
  } finally {
    await server.close()
  }
}
