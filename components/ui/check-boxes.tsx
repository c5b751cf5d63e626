interface CheckBoxesProps<T extends string> {
  readonly legend: string
  /** In this order, each with its words. */
  readonly names: Readonly<Record<T, string>>
  readonly chosen: readonly T[]
  readonly onChange: (chosen: readonly T[]) => void
}

/** Any of a few. */
export function CheckBoxes<T extends string>({ legend, names, chosen, onChange }: CheckBoxesProps<T>) {
  const all = Object.keys(names) as T[]
  const turned = (one: T, on: boolean) => all.filter((each) => (each === one ? on : chosen.includes(each)))
  return (
    <fieldset>
      <legend className="pb-1 text-sm font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-x-4">
        {all.map((each) => (
          <label key={each} className="flex min-h-9 items-center gap-2 text-sm">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={chosen.includes(each)}
              onChange={(event) => onChange(turned(each, event.target.checked))}
            />
            {names[each]}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
