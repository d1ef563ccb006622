import { JOIN_REASON_WORDS, type JoinedExchangeJson } from "@weir/http-contract";

/** A few words on an exchange, for its row; empty where there is nothing to say. */
export function exchangeNote(exchange: JoinedExchangeJson): string {
  const { class: kind, reason, disagreements, attempt, attempts } = exchange;
  const parts = [
    attempts > 1 ? `attempt ${attempt} of ${attempts}` : "",
    reason === "" ? "" : JOIN_REASON_WORDS[reason],
    kind === "disagree" ? disagreements.map(disagreementText).join("; ") : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** One contradiction: `outcome: the server says nothing wrong, the packets aborted`. */
export function disagreementText({ subject, end, span, wire }: JoinedExchangeJson["disagreements"][number]): string {
  const said = subject === "outcome" ? "nothing is wrong" : span;
  return `${subject}: the ${end}'s span says ${said}, the packets ${wire}`;
}

/** Classes that want a look. */
export function isTrouble({ class: kind, reason }: JoinedExchangeJson): boolean {
  return (
    kind === "disagree" || kind === "stitchedWrongly" || reason === "failedHandshake" || reason === "failedNameLookup"
  );
}
