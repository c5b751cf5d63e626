import type { HttpBindings } from "@hono/node-server"
import { Hono } from "hono"
import { controlRoutes } from "../control/routes"
import { createFaults } from "../faults"
import { googleApi } from "../google/routes"
import { batchApi } from "../graph/batch"
import { graphApi } from "../graph/routes"
import { google, microsoft } from "../oauth/provider"
import { oauthRoutes } from "../oauth/routes"
import { ownPageRoutes } from "../own-page/routes"
import type { World } from "../world"
import { throughPipeline } from "./pipeline"

/** Everything the sandbox answers, on one port. */
export function sandboxFetch(world: World, options: { readonly controlToken: string; readonly fast?: boolean }) {
  const faults = createFaults()
  const graph = graphApi(world)
  const batch = batchApi(graph, (part) => throughPipeline(world, faults, graph, part, null))
  const apis = [
    { prefix: "/calendar/v3/", api: googleApi(world) },
    { prefix: "/graph/v1.0/$batch", api: batch },
    { prefix: "/graph/v1.0/", api: graph },
  ]

  const rest = new Hono()
  rest.route("/", oauthRoutes(world, google))
  rest.route("/", oauthRoutes(world, microsoft))
  rest.route("/", controlRoutes(world, faults, options.controlToken, options.fast ?? false))
  rest.route("/", ownPageRoutes(world, "google"))
  rest.route("/", ownPageRoutes(world, "microsoft"))
  rest.get("/healthz", (c) => c.json({ ok: true, what: "ifmatch sandbox" }))

  return (request: Request, env: HttpBindings): Response | Promise<Response> => {
    const { pathname } = new URL(request.url)
    const found = apis.find(({ prefix }) => pathname.startsWith(prefix))
    return found ? throughPipeline(world, faults, found.api, request, env.outgoing) : rest.fetch(request)
  }
}
