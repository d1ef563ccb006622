import { clockText } from "../../lib/time-text.ts";
import { CountLines } from "./count-lines.tsx";
import { reasonWords } from "./reason-words.ts";

/** What did not go through for one reason, and what the last of it was. */
export interface Loss {
  readonly reason: string;
  readonly count: number;
  readonly example: string;
  readonly lastAt: string;
}

/** Losses by reason, one below the other. */
export function Losses({ losses }: { readonly losses: readonly Loss[] }) {
  return (
    <CountLines
      lines={losses.map(({ reason, count, example, lastAt }) => ({
        words: reasonWords(reason),
        count,
        hint: `last at ${clockText(lastAt)}: ${example}`,
      }))}
    />
  );
}
