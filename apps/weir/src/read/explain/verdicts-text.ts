import type { ConnectionVerdict, NamedOutcome, VerdictKind } from "@weir/analysis";
import type { Paint } from "../report/paint.ts";
import { renderStep } from "../report/step-text.ts";
import { wrap } from "../report/wrap.ts";

const WIDTH = 110;
const SHOWN_PACKETS = 12;

/** The walks of the verdict trees: each question with its answer, what was ruled out, what stays open and why, and the packets. */
export function renderVerdicts(verdicts: readonly ConnectionVerdict[], paint: Paint): string[] {
  if (verdicts.length === 0) return [`${paint.heading("VERDICTS")}  none: only TCP tells enough for them`];
  return [paint.heading("VERDICTS"), ...verdicts.flatMap((verdict) => renderVerdict(verdict, paint))];
}

function renderVerdict(verdict: ConnectionVerdict, paint: Paint): string[] {
  const { question, title, kind, outcome, meaning, advice, steps, refuted, open, because, packets } = verdict;
  const lines = (text: string) => wrap(text, WIDTH).map((line) => `     ${line}`);
  return [
    "",
    `  ${question}  ${coloured(kind, title, paint)} ${paint.dim(`(${outcome})`)}`,
    ...lines(meaning),
    ...steps.map((step) => `     ${renderStep(step, paint)}`),
    ...(refuted.length === 0 ? [] : lines(`Ruled out: ${titles(refuted)}`).map(paint.dim)),
    ...(open.length === 0 ? [] : lines(`Cannot tell: ${titles(open)}${reason(because)}`)),
    ...(advice === "" ? [] : lines(`Do: ${advice}`)),
    ...(verdict.refutedBy === "" ? [] : lines(`Refuted by: ${verdict.refutedBy}`).map(paint.dim)),
    ...(packets.length === 0 ? [] : [paint.dim(`     Packets: ${packetText(packets)}`)]),
  ];
}

function coloured(kind: VerdictKind, text: string, paint: Paint): string {
  switch (kind) {
    case "healthy":
      return paint.good(text);
    case "note":
      return paint.strong(text);
    case "trouble":
      return paint.bad(text);
    case "undecided":
      return paint.warn(`${text} (cannot tell)`);
    default:
      return kind satisfies never;
  }
}

function titles(outcomes: readonly NamedOutcome[]): string {
  return [...new Set(outcomes.map(({ title }) => title))].join(", ");
}

function reason(because: readonly string[]): string {
  return because.length === 0 ? "" : `, because ${because.join("; ")}`;
}

function packetText(packets: readonly number[]): string {
  const more = packets.length - SHOWN_PACKETS;
  return `${packets.slice(0, SHOWN_PACKETS).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
