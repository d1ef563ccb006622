import { WeirError, type WeirErrorCode } from "@weir/base";

/** Exit codes of the program: 0 fine, 1 the world failed, 2 wrong usage, 3 `--fail-on` found something. */
export const ExitCode = { ok: 0, failed: 1, usage: 2, found: 3 } as const;

const USAGE_CODES: ReadonlySet<WeirErrorCode> = new Set(["USAGE", "FILTER_INVALID", "CONFIG_INVALID"]);

/** Says on stderr what failed, in one line, with what to do; returns the exit code. A bug of ours shows its stack. */
export function reportFailure(error: unknown): number {
  if (error instanceof WeirError) {
    process.stderr.write(`weir: ${sentence(error.message)}${sentence(error.hint).trimEnd()}\n`);
    return USAGE_CODES.has(error.code) ? ExitCode.usage : ExitCode.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`weir: this is a bug in weir, please report it:\n${stack}\n`);
  return ExitCode.failed;
}

/** A text with a full stop where it has no end of its own, ready for the next one. */
function sentence(text: string): string {
  if (text.endsWith("\n")) return text;
  return /[.?!]$/.test(text) ? `${text} ` : `${text}. `;
}
