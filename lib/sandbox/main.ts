import { z } from "zod"
import { startSandbox } from "./server"

const Env = z.object({
  SANDBOX_PORT: z.coerce.number().int().min(0).max(65535),
  SANDBOX_DATABASE_URL: z.string().min(1),
  SANDBOX_CONTROL_TOKEN: z.string().min(16),
  SANDBOX_PUBLIC_URL: z.url().optional(),
  SANDBOX_CLOCK: z.iso.datetime({ offset: true }).optional(),
  SANDBOX_ALLOW_BESIDE_REAL: z.literal("1").optional(),
  GOOGLE_CLIENT_ID: z.string().optional(),
  MICROSOFT_CLIENT_ID: z.string().optional(),
})

function fail(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

async function main(): Promise<void> {
  const parsed = Env.safeParse(Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== "")))
  if (!parsed.success) fail(`The sandbox cannot start: ${z.prettifyError(parsed.error)}`)
  const env = parsed.data
  const real = [env.GOOGLE_CLIENT_ID && "GOOGLE_CLIENT_ID", env.MICROSOFT_CLIENT_ID && "MICROSOFT_CLIENT_ID"].filter(
    Boolean,
  )
  if (real.length > 0 && env.SANDBOX_ALLOW_BESIDE_REAL !== "1")
    fail(
      `The sandbox does not run beside real credentials: unset ${real.join(" and ")}, or set SANDBOX_ALLOW_BESIDE_REAL=1.`,
    )

  const sandbox = await startSandbox({
    port: env.SANDBOX_PORT,
    databaseUrl: env.SANDBOX_DATABASE_URL,
    clock: env.SANDBOX_CLOCK,
    controlToken: env.SANDBOX_CONTROL_TOKEN,
    publicUrl: env.SANDBOX_PUBLIC_URL?.replace(/\/$/, ""),
  })
  console.log(`sandbox ready ${sandbox.url}`)
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.once(signal, () => void sandbox.close().finally(() => process.exit(0)))
}

main().catch((error: Error) => fail(`The sandbox could not start: ${error.message}`))
