import { expect, test } from "vitest"
import { isPublicAddress } from "./public-address"

test.each([
  ..."0.0.0.0 10.1.2.3 100.64.0.1 100.127.255.255 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8".split(
    " ",
  ),
  ..."192.0.2.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 255.255.255.255".split(" "),
  ...":: ::1 ::127.0.0.1 ::ffff:10.0.0.1 ::ffff:7f00:1 64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::8.8.8.8".split(
    " ",
  ),
  ..."2002:7f00:1:: 2001:db8::1 2001::1 3fff::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1 100::1".split(" "),
  ..."127.1 0x7f.0.0.1 2130706433 010.0.0.1 localhost 1:2:3 ::1::2 [::1] fe80::1%eth0".split(" "),
  "",
])("not public: %s", (address) => expect(isPublicAddress(address)).toBe(false))

test.each(
  "1.1.1.1 100.63.0.1 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 17.248.1.1 2606:4700::1111 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2002:0808:0808::1".split(
    " ",
  ),
)("public: %s", (address) => expect(isPublicAddress(address)).toBe(true))
