import { existsSync } from "node:fs"
import { runToEnd } from "../children.mjs"
import { explain } from "../progress.mjs"

/** @typedef {"radicale" | "xandikos" | "cyrus"} ServerName */

/**
 * The real CalDAV servers of the tests, as Debian has them.
 * @type {Record<ServerName, { programs: string[], packages: string[] }>}
 */
const SERVERS = {
  radicale: { programs: ["/usr/bin/radicale"], packages: ["radicale"] },
  xandikos: { programs: ["/usr/bin/xandikos"], packages: ["xandikos"] },
  cyrus: {
    // a mailbox has to be there before a calendar can: imapd makes it
    programs: ["master", "httpd", "imapd", "ctl_cyrusdb"]
      .map((name) => `/usr/lib/cyrus/bin/${name}`)
      .concat("/usr/sbin/saslpasswd2"),
    packages: ["cyrus-caldav", "cyrus-imapd", "sasl2-bin", "libsasl2-modules", "libsasl2-modules-db"],
  },
}

export const SERVER_NAMES = /** @type {ServerName[]} */ (Object.keys(SERVERS))

/** @param {ServerName} name */
export const isInstalled = (name) => [...SERVERS[name].programs, "/usr/bin/setpriv"].every((file) => existsSync(file))

/** @returns {ServerName[]} */
export const missingServers = () => SERVER_NAMES.filter((name) => !isInstalled(name))

/**
 * Installs what is missing, where that can be done without asking: as root on Debian. Where it fails, things stay as they are, and the summary says what
 * was not tested.
 */
export async function installServers() {
  const packages = missingServers().flatMap((name) => SERVERS[name].packages)
  if (packages.length === 0 || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return
  // packages that start what they install leave it in this runlevel
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" }
  try {
    await runToEnd("apt-get", ["update", "-qq"], env)
    await runToEnd("apt-get", ["install", "-qq", "-y", "--no-install-recommends", ...packages], env)
  } catch (reason) {
    explain(reason)
  }
}

/** What the summary says of servers that are not there. @param {readonly ServerName[]} missing */
export const notTested = (missing) => `CALDAV NOT TESTED ON ${missing.join(", ").toUpperCase()}: npm run test:caldav`
