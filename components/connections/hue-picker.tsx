"use client"

import { Check } from "lucide-react"
import { Popover } from "radix-ui"
import { cn } from "@/components/ui/cn"
import { HUES } from "@/lib/domain/calendar-choice"

/** Names for those who do not see them; the order is that of the stylesheet. */
const NAMES = ["Blue", "Green", "Amber", "Pink", "Cyan", "Red", "Violet", "Lime"]

interface HuePickerProps {
  readonly name: string
  readonly hue: number
  readonly onPick: (hue: number) => void
}

export const HuePicker = ({ name, hue, onPick }: HuePickerProps) => (
  <Popover.Root>
    <Popover.Trigger
      aria-label={`Colour of ${name}: ${NAMES[hue]}`}
      className="grid size-8 place-items-center rounded-lg hover:bg-sunken max-md:size-11"
    >
      <span aria-hidden className={cn("size-4 rounded bg-hue-edge", `hue-${hue}`)} />
    </Popover.Trigger>
    <Popover.Portal>
      <Popover.Content
        sideOffset={4}
        className="z-50 grid grid-cols-4 gap-1 rounded-lg border border-line bg-surface p-2 shadow-card"
      >
        {Array.from({ length: HUES }, (_, each) => (
          <Popover.Close
            key={NAMES[each]}
            aria-label={NAMES[each]}
            aria-pressed={each === hue}
            onClick={() => onPick(each)}
            className={cn(
              "grid size-9 place-items-center rounded-md bg-hue text-hue-ink max-md:size-11",
              `hue-${each}`,
            )}
          >
            {each === hue && <Check aria-hidden className="size-4" />}
          </Popover.Close>
        ))}
      </Popover.Content>
    </Popover.Portal>
  </Popover.Root>
)
