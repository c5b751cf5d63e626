/**
 * @typedef {import("node:http").IncomingMessage} Request
 * @typedef {import("node:http").ServerResponse} Response
 */

/**
 * Who answers a request: the public API's listener where it takes it, else Next.
 * @param {() => ((request: Request, response: Response) => boolean) | undefined} api undefined until `instrumentation.ts` has run: until then everything is Next's
 * @param {(request: Request, response: Response) => Promise<void>} pages
 * @returns {(request: Request, response: Response) => void}
 */
export const appListener = (api, pages) => (request, response) => {
  if (api()?.(request, response)) return
  // as `next start` does: one request that fails is no end of the process
  pages(request, response).catch((error) => {
    console.error(error)
    if (!response.headersSent) response.statusCode = 500
    response.end("Internal Server Error")
  })
}
