import type { ConnectionVerdict } from "@weir/http-contract";

const SIGNS: Readonly<Record<ConnectionVerdict["kind"], { readonly sign: string; readonly word: string }>> = {
  healthy: { sign: "✓", word: "healthy" },
  note: { sign: "i", word: "to know" },
  trouble: { sign: "!", word: "trouble" },
  undecided: { sign: "?", word: "cannot tell" },
};

/** The kind of a verdict as a sign, so that it does not hang on colour. */
export function VerdictSign({ kind }: { readonly kind: ConnectionVerdict["kind"] }) {
  const { sign, word } = SIGNS[kind];
  return (
    <span className={`verdict-sign ${kind}`}>
      <span aria-hidden="true">{sign}</span>
      <span className="only-read-aloud">{word}</span>
    </span>
  );
}
