import { mkdirSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { userInfo } from "node:os"
import path from "node:path"
import { freePort } from "../../launch/ports.mjs"
import type { ServerName } from "../../launch/tests/caldav.mjs"
import type { Capabilities } from "../contracts/calendar-world"
import { handOver, isRoot, runOnce, startServer, throwawayFolder } from "./process"

export const PEOPLE = ["alice", "bob"] as const
export type PersonName = (typeof PEOPLE)[number]
export const PASSWORD = "pw"
export const addressOf = (person: PersonName): string => `${person}@example.com`
export const basic = (person: PersonName): string => `Basic ${Buffer.from(`${person}:${PASSWORD}`).toString("base64")}`

/** A CalDAV server that nobody here wrote, with two people on it, of which each has a calendar. */
export interface CaldavServer {
  readonly name: ServerName
  /** Without a slash at the end. */
  readonly url: string
  /** Path of a person's calendar home; ends in a slash. */
  readonly homeOf: (person: PersonName) => string
  /** The calendar's id below the home. */
  readonly calendarId: string
  readonly can: Capabilities
  /** To tell what is in a window it looks at every instance of a series (RFC 4791 9.9), not at the first only. */
  readonly expands: boolean
  readonly stop: () => Promise<void>
}

const ALL = {
  update: "PUT",
  create: "PUT",
  patches: false,
  pages: false,
  schedules: false,
  refusesGuests: "here",
  proposesTimes: false,
  moves: true,
  contentVersions: true,
  tellsEditors: false,
  tellsBusy: false,
  checksLogins: true,
} as const satisfies Capabilities

const CAN: Readonly<Record<ServerName, Capabilities>> = {
  radicale: ALL,
  /** It has one person and no MOVE, and tells of a window by first instances only (`expands`). */
  xandikos: { ...ALL, checksLogins: false, moves: false },
  cyrus: { ...ALL, schedules: true, tellsBusy: true, contentVersions: false },
}

export const SERVERS: Readonly<Record<ServerName, () => Promise<CaldavServer>>> = { radicale, xandikos, cyrus }

/** The one that can be told another password while it runs. */
export interface Radicale extends CaldavServer {
  /** Of everybody on it. */
  readonly setPassword: (password: string) => void
}

export async function radicale(): Promise<Radicale> {
  const [folder, port] = [throwawayFolder("radicale"), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const setPassword = (password: string) =>
    writeFileSync(path.join(folder, "users"), PEOPLE.map((person) => `${person}:${password}\n`).join(""))
  setPassword(PASSWORD)
  const config = [
    ...["[server]", `hosts = 127.0.0.1:${port}`, "max_connections = 40"],
    ...["[auth]", "type = htpasswd", `htpasswd_filename = ${folder}/users`, "htpasswd_encryption = plain", "delay = 0"],
    ...["[storage]", `filesystem_folder = ${folder}/collections`, "[rights]", "type = owner_only"],
    ...["[logging]", "level = warning", ""],
  ]
  writeFileSync(path.join(folder, "config"), config.join("\n"))
  handOver(folder)
  const stop = await startServer(folder, ["/usr/bin/radicale", "--config", `${folder}/config`], port)
  const homeOf = (person: PersonName) => `/${person}/`
  const server = {
    name: "radicale",
    url,
    homeOf,
    calendarId: "work",
    can: CAN.radicale,
    expands: true,
    stop,
    setPassword,
  } as const
  for (const person of PEOPLE) await makeCalendar(server, person, "work")
  return server
}

/** One more calendar in a person's home. */
export async function makeCalendar({ name, url, homeOf }: CaldavServer, person: PersonName, id: string): Promise<void> {
  const headers = { authorization: basic(person) }
  const made = await fetch(`${url}${homeOf(person)}${id}/`, { method: "MKCALENDAR", headers })
  if (!made.ok) throw new Error(`${name}: MKCALENDAR ${made.status}`)
}

/** It has one person, and asks for no password. */
async function xandikos(): Promise<CaldavServer> {
  const [folder, port] = [throwawayFolder("xandikos"), await freePort()]
  handOver(folder)
  const where = ["-l", "127.0.0.1", "-p", String(port), "-d", `${folder}/data`]
  const what = ["--autocreate", "--defaults", "--current-user-principal", "/alice/"]
  const stop = await startServer(folder, ["/usr/bin/xandikos", ...where, ...what], port)
  const homeOf = (person: PersonName) => `/${person}/calendars/`
  const url = `http://127.0.0.1:${port}`
  return { name: "xandikos", url, homeOf, calendarId: "calendar", can: CAN.xandikos, expands: false, stop }
}

async function cyrus(): Promise<CaldavServer> {
  const [folder, port, imapPort] = [throwawayFolder("cyrus"), await freePort(), await freePort()]
  const bin = "/usr/lib/cyrus/bin"
  // it makes none of these itself
  const folders = "db proc lock log msg ptclient quota socket sync user rpm backup".split(" ")
  for (const name of folders.map((each) => `var/${each}`).concat("spool/stage.", "run", "sieve"))
    mkdirSync(path.join(folder, name), { recursive: true })
  const conf = `${folder}/imapd.conf`
  writeFileSync(conf, cyrusConfig(folder))
  const service = (name: string, at: number, more: string) =>
    `  ${name} cmd="${bin}/${name}d -C ${conf}${more}" listen="127.0.0.1:${at}" prefork=${name === "http" ? 2 : 0} maxchild=40`
  const services = [service("http", port, ""), service("imap", imapPort, " -N")]
  const start = `  recover cmd="${bin}/ctl_cyrusdb -C ${conf} -r"`
  const blocks = ["START {", start, "}", "SERVICES {", ...services, "}", "EVENTS {", "}", ""]
  writeFileSync(path.join(folder, "cyrus.conf"), blocks.join("\n"))
  handOver(folder)
  for (const person of PEOPLE) {
    const user = ["-p", "-c", "-f", `${folder}/sasldb2`, "-u", "localhost", person]
    await runOnce(folder, ["/usr/sbin/saslpasswd2", ...user], `${PASSWORD}\n`)
  }
  const options = ["-C", conf, "-M", `${folder}/cyrus.conf`, "-p", `${folder}/master.pid`]
  const stop = await startServer(folder, [`${bin}/master`, ...options], port)
  const url = `http://127.0.0.1:${port}`
  const homeOf = (person: PersonName) => `/dav/calendars/user/${person}/`
  for (const person of PEOPLE) {
    await logIn(imapPort, person)
    // the first look makes the calendar, and an invitation finds it
    await fetch(`${url}${homeOf(person)}`, {
      method: "PROPFIND",
      headers: { authorization: basic(person), depth: "0" },
    })
  }
  return { name: "cyrus", url, homeOf, calendarId: "Default", can: CAN.cyrus, expands: true, stop }
}

const cyrusConfig = (folder: string): string =>
  [
    // it refuses to start as anybody but this one
    `cyrus_user: ${isRoot ? "nobody" : userInfo().username}`,
    `configdirectory: ${folder}/var`,
    ...["defaultpartition: default", `partition-default: ${folder}/spool`],
    ...["servername: localhost", "defaultdomain: localhost", "admins: cyradmin", "allowplaintext: yes"],
    ...["sasl_pwcheck_method: auxprop", "sasl_auxprop_plugin: sasldb", `sasl_sasldb_path: ${folder}/sasldb2`],
    "sasl_mech_list: PLAIN LOGIN",
    ...["virtdomains: off", "unixhierarchysep: yes", "altnamespace: yes"],
    ...["autocreate_quota: 0", "autocreate_users: anyone", "httpmodules: caldav", "caldav_create_default: yes"],
    ...[`idlesocket: ${folder}/run/idle`, `notifysocket: ${folder}/run/notify`, `lmtpsocket: ${folder}/run/lmtp`],
    ...[`sievedir: ${folder}/sieve`, `zoneinfo_db_path: ${folder}/var/zoneinfo.db`],
    ...["calendar_user_address_set: example.com localhost", "caldav_allowscheduling: on", ""],
  ].join("\n")

/** IMAP: the first login makes the mailbox. */
function logIn(port: number, person: PersonName): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1").on("error", reject)
    socket.setEncoding("utf8").on("data", (text: string) => {
      if (text.startsWith("* OK")) socket.write(`a LOGIN ${person} ${PASSWORD}\r\n`)
      if (!/^a /m.test(text)) return
      socket.destroy()
      if (/^a OK/m.test(text)) resolve()
      else reject(new Error(`cyrus: ${text.trim()}`))
    })
  })
}
