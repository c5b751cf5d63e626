import { existsSync } from "node:fs"
import { runToEnd } from "../children.mjs"

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

/** @param {ServerName} name */
export const isInstalled = (name) => [...SERVERS[name].programs, "/usr/bin/setpriv"].every((file) => existsSync(file))

/** @returns {ServerName[]} */
export const missingServers = () =>
  /** @type {ServerName[]} */ (Object.keys(SERVERS)).filter((name) => !isInstalled(name))

/** Installs what is missing, where that can be done without asking: as root on Debian. Elsewhere it leaves things as they are. */
export async function installServers() {
  const packages = missingServers().flatMap((name) => SERVERS[name].packages)
  if (packages.length === 0 || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" }
  await runToEnd("apt-get", ["update", "-qq"], env)
  await runToEnd("apt-get", ["install", "-qq", "-y", "--no-install-recommends", ...packages], env)
}
