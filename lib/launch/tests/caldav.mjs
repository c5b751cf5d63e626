import { existsSync } from "node:fs"
import { installPackages } from "../debian.mjs"

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

/** Installs what is missing, where that can be done. Where it cannot, the summary says what was not tested. */
export const installServers = () => installPackages(missingServers().flatMap((name) => SERVERS[name].packages))

/** What the summary says of servers that are not there. @param {readonly ServerName[]} missing */
export const notTested = (missing) => `CALDAV NOT TESTED ON ${missing.join(", ").toUpperCase()}: npm run test:caldav`
