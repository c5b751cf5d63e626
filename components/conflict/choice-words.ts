import type { ConflictChoice, ConflictView } from "@/lib/client/proposals"

/** What a button of the dialog says. "My" only where the change that stands is known to be the reader's own. */
export function choiceLabel(
  choice: ConflictChoice,
  { by, relation, doing = "update" }: Pick<ConflictView, "by" | "relation" | "doing">,
): string {
  switch (choice) {
    case "keep":
      return by === "you" && relation !== "slot" ? "Keep my change" : "Keep it as it is"
    case "move":
      return ANYWAY[doing]
    case "both":
      return doing === "update" ? "Apply both" : ANYWAY[doing]
    case "other":
      return "Pick another time"
    default:
      return choice satisfies never
  }
}

const ANYWAY: Record<NonNullable<ConflictView["doing"]>, string> = {
  update: "Move it anyway",
  delete: "Delete it anyway",
  create: "Create it anyway",
  move: "Put it there anyway",
  respond: "Send my answer anyway",
  split: "Change the later ones anyway",
  trim: "Change the later ones anyway",
  fence: "Change it anyway",
}
