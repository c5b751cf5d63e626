import { Hono } from "hono"
import { google, microsoft } from "../oauth/provider"
import { oauthRoutes } from "../oauth/routes"
import type { World } from "../world"

/** Everything the sandbox answers, on one port. */
export function sandboxFetch(
  world: World,
  _options: { readonly controlToken: string },
): (request: Request) => Response | Promise<Response> {
  const app = new Hono()
  app.route("/", oauthRoutes(world, google))
  app.route("/", oauthRoutes(world, microsoft))
  app.get("/healthz", (c) => c.json({ ok: true }))
  return (request) => app.fetch(request)
}
