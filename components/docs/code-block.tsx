/** Something to copy. It scrolls by itself, also by keyboard. */
export const CodeBlock = ({ label, text }: { readonly label: string; readonly text: string }) => (
  <section
    aria-label={label}
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached without a mouse
    tabIndex={0}
    className="overflow-x-auto rounded-lg border border-line bg-sunken p-3 text-sm"
  >
    <pre>
      <code>{text}</code>
    </pre>
  </section>
)
