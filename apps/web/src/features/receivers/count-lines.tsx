import { formatCount } from "@weir/base";

/** A count with its words, and what was wrong with the last of them. */
export interface CountLine {
  readonly words: string;
  readonly count: number;
  readonly hint?: string;
}

/** Counts one below the other; a dash where there are none. */
export function CountLines({ lines }: { readonly lines: readonly CountLine[] }) {
  if (lines.length === 0) return <span className="dim">–</span>;
  return lines.map(({ words, count, hint }) => (
    <div key={words} title={hint}>
      {formatCount(count)} {words}
      {hint === undefined ? null : <span className="dim example">{hint}</span>}
    </div>
  ));
}
