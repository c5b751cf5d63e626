import type { Scope } from "@/lib/domain/plan"

const SCOPES: readonly { readonly scope: Scope; readonly label: string }[] = [
  { scope: "this", label: "Only this one" },
  { scope: "following", label: "This one and all later ones" },
  { scope: "series", label: "Every one of the series" },
]

/** Before a dialog looks for something to focus itself. */
const focusChosen = (group: HTMLFieldSetElement | null) =>
  group?.querySelector<HTMLInputElement>("input:checked")?.focus()

interface ScopeChoiceProps {
  readonly value: Scope
  readonly onChoose: (scope: Scope) => void
  /** The one that is chosen has the focus to begin with. */
  readonly autoFocus?: boolean
}

/** How far a change to one of a series reaches. The first is chosen until the person says otherwise. */
export const ScopeChoice = ({ value, onChoose, autoFocus = false }: ScopeChoiceProps) => (
  <fieldset ref={autoFocus ? focusChosen : null} className="grid gap-1">
    <legend className="pb-1 text-sm font-medium">Which ones?</legend>
    {SCOPES.map(({ scope, label }) => (
      <label key={scope} className="flex min-h-8 items-center gap-2.5 text-sm max-md:min-h-11">
        <input
          type="radio"
          name="scope"
          className="size-4 shrink-0 accent-accent"
          checked={value === scope}
          onChange={() => onChoose(scope)}
        />
        {label}
      </label>
    ))}
  </fieldset>
)
