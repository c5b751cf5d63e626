"use client"

import { Bot, CalendarDays, Flag, ScrollText, Settings, Unplug, Workflow } from "lucide-react"
import Link from "next/link"
import { usePathname } from "next/navigation"
import { cn } from "@/components/ui/cn"
import { LogoMark } from "@/components/ui/logo-mark"
import type { Role } from "@/lib/domain/person"
import { ThemeToggle } from "./theme-toggle"

const PLACES = [
  { href: "/", label: "Assistant", icon: Bot, look: "" },
  { href: "/calendar", label: "Calendar", icon: CalendarDays, look: "" },
  { href: "/connections", label: "Connections", icon: Unplug, look: "" },
  { href: "/agents", label: "Agents", icon: Workflow, look: "" },
  // a phone has no room for it; the agents' page leads there
  { href: "/race", label: "Race", icon: Flag, look: "max-sm:hidden" },
  { href: "/log", label: "Log", icon: ScrollText, look: "", adminOnly: true },
  { href: "/settings", label: "Settings", icon: Settings, look: "" },
] as const

export function TopBar({ role }: { readonly role: Role }) {
  const here = usePathname()
  const places = PLACES.filter((place) => !("adminOnly" in place) || role === "admin")
  return (
    <header className="flex items-center gap-2 border-b border-line bg-surface px-3 sm:px-4">
      <Link href="/" className="mr-2 flex items-center gap-2 rounded-lg py-2.5 font-semibold tracking-tight">
        <LogoMark />
        <span className="max-sm:sr-only">Ifmatch</span>
      </Link>
      <nav aria-label="Main" className="mr-auto">
        <ul className="flex">
          {places.map(({ href, label, icon: Icon, look }) => (
            <li key={href} className={look}>
              <Link
                href={href}
                aria-current={here === href ? "page" : undefined}
                className={cn(
                  "flex h-12 min-w-10 items-center justify-center gap-1.5 border-b-2 px-2 text-sm lg:px-3",
                  here === href
                    ? "border-accent font-semibold text-ink"
                    : "border-transparent text-ink-soft hover:text-ink",
                )}
              >
                <Icon aria-hidden className="size-4 md:hidden lg:block" />
                <span className="max-md:sr-only">{label}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <ThemeToggle />
    </header>
  )
}
