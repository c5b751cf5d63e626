import { parseArgs } from "node:util"
import { dataFolder } from "../paths.mjs"
import { isFree, parsePort } from "../ports.mjs"
import { Refusal, say } from "../progress.mjs"
import { install } from "../steps.mjs"
import { untilStopped } from "../until-stopped.mjs"

untilStopped(async ({ signal, whenStopped, atEnd }) => {
  const { values } = parseArgs({ options: { port: { type: "string", default: process.env.SANDBOX_PORT || "4710" } } })
  const port = parsePort("--port", values.port)
  if (!(await isFree(port))) throw new Refusal(`Port ${port} is in use by another program; choose another with --port.`)
  await install()
  signal.throwIfAborted()
  const { openInstallation } = await import("../installation.mjs")
  const { serveSandbox } = await import("../servers.mjs")
  const installation = await openInstallation(dataFolder)
  atEnd(installation.database.close)
  const sandbox = await serveSandbox(installation, { port, shown: true, signal })
  atEnd(sandbox.stop)
  say(`The sandbox is at ${sandbox.url} - Ctrl-C stops it. Its control token is in ${dataFolder}/secrets.json.`)
  const how = await Promise.race([whenStopped, sandbox.ended])
  if (!signal.aborted) throw new Refusal(`The sandbox ended (${how ?? "exit code 0"}).`)
})
