import { Notice } from "@/components/ui/notice"

const PROBLEMS: Readonly<Record<string, string>> = {
  denied: "The provider was not given permission, so nothing was connected. You can try again at any time.",
  incomplete: "Not everything that is needed was allowed, so nothing was connected. Leave all boxes ticked next time.",
  expired: "That took too long, or was begun in another tab. Try again.",
  failed: "The provider could not finish. Try again in a moment.",
}

/** Why an attempt to connect just now came to nothing; `kind` as the callback says it in the address. */
export function ConnectProblem({ kind }: { readonly kind: string }) {
  const text = PROBLEMS[kind]
  return text ? (
    <Notice tone="warn" live>
      {text}
    </Notice>
  ) : null
}
