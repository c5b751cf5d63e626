/**
 * Is this the address of a machine on the public internet? Everything else (private, loopback, link-local, carrier-grade NAT, documentation, multicast,
 * reserved, and IPv6 forms that carry such an IPv4 address) is refused where strangers name the host (reliability-security.md section 3). What cannot be
 * read is not public. Registries: RFC 6890, 6598, 6052, 4291, 3056.
 *
 * @param address IPv4 in dotted form, or IPv6 without brackets or zone
 */
export function isPublicAddress(address: string): boolean {
  const four = readIpv4(address)
  if (four) return isPublicIpv4(four)
  const six = readIpv6(address)
  return six !== null && isPublicIpv6(six)
}

type Four = readonly [number, number, number, number]

function readIpv4(text: string): Four | null {
  const parts = text.split(".")
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return null
  const [a = 256, b = 256, c = 256, d = 256] = parts.map(Number)
  return Math.max(a, b, c, d) < 256 ? [a, b, c, d] : null
}

function isPublicIpv4([a, b, c]: Four): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false
  if (a === 100) return b < 64 || b > 127
  if (a === 169) return b !== 254
  if (a === 172) return b < 16 || b > 31
  if (a === 192) return b !== 168 && !(b === 0 && (c === 0 || c === 2)) && !(b === 88 && c === 99)
  if (a === 198) return b !== 18 && b !== 19 && !(b === 51 && c === 100)
  return !(a === 203 && b === 0 && c === 113)
}

/** Eight groups of 16 bits. */
function readIpv6(text: string): number[] | null {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const four = dotted?.[2] ? readIpv4(dotted[2]) : null
  if (dotted && !four) return null
  const hex = (n: number) => n.toString(16).padStart(2, "0")
  const plain = dotted && four ? `${dotted[1]}${hex(four[0])}${hex(four[1])}:${hex(four[2])}${hex(four[3])}` : text
  const halves = plain.split("::")
  if (halves.length > 2) return null
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")))
  const gap = 8 - head.length - tail.length
  if (halves.length === 2 ? gap < 1 : gap !== 0) return null
  const groups = [...head, ...Array<string>(gap).fill("0"), ...tail]
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : null
}

function isPublicIpv6(groups: readonly number[]): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = groups
  const carried = (at: number): boolean => {
    const [high = 0, low = 0] = groups.slice(at)
    return isPublicIpv4([high >> 8, high & 255, low >> 8, low & 255])
  }
  const zero = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0)
  // v4-mapped, NAT64 (well-known prefix) and 6to4 lead to the IPv4 address they carry
  if (zero(0, 5) && groups[5] === 0xffff) return carried(6)
  if (a === 0x64 && b === 0xff9b && zero(2, 6)) return carried(6)
  if (a === 0x2002) return carried(1)
  // Teredo, benchmarking, ORCHID and the rest of 2001:0000::/23; documentation
  if (a === 0x2001 && (b < 0x200 || b === 0xdb8)) return false
  if (a === 0x3fff && b < 0x1000) return false
  // unspecified, loopback, v4-compatible, local NAT64, unique local, link-local, multicast: all outside global unicast
  return a >= 0x2000 && a <= 0x3fff && !(c === 0 && d === 0 && a === 0x2000 && b === 0)
}
