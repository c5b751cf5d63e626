import type { ConflictChoice, ConflictView } from "@/lib/client/proposals"

/** What a button of the dialog says. "My" only where the change that stands is known to be the reader's own. */
export function choiceLabel(choice: ConflictChoice, { by, relation }: Pick<ConflictView, "by" | "relation">): string {
  switch (choice) {
    case "keep":
      return by === "you" && relation !== "slot" ? "Keep my change" : "Keep it as it is"
    case "move":
      return "Move it anyway"
    case "both":
      return "Apply both"
    case "other":
      return "Pick another time"
    default:
      return choice satisfies never
  }
}
