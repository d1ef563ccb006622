import { assert } from "@weir/base";
import { type Instruction, Op } from "./instruction.ts";

/** A line of a program: an instruction whose jumps name labels, or a label. Without `no`, a test that fails goes on with the next line. */
export type Line =
  | { readonly op: Exclude<keyof typeof Op, "jumpEqual" | "jump">; readonly k: number }
  | { readonly op: "jumpEqual"; readonly k: number; readonly yes?: string; readonly no?: string }
  | { readonly op: "jump"; readonly to: string }
  | { readonly label: string };

const LONGEST_SHORT_JUMP = 255;

/** Makes instructions of lines: labels become distances. A label that nothing defines, or that is too far for a short jump, is our mistake. */
export function assemble(lines: readonly Line[]): Instruction[] {
  const places = new Map<string, number>();
  const kept: Exclude<Line, { label: string }>[] = [];
  for (const line of lines) {
    if ("label" in line) places.set(line.label, kept.length);
    else kept.push(line);
  }
  const distance = (label: string | undefined, from: number, longest: number): number => {
    if (label === undefined) return 0;
    const place = places.get(label);
    assert(place !== undefined && place > from && place - from - 1 <= longest, `a filter cannot jump to ${label}`);
    return place - from - 1;
  };
  return kept.map((line, index): Instruction => {
    const code = Op[line.op];
    if (line.op === "jump") return { code, jumpTrue: 0, jumpFalse: 0, k: distance(line.to, index, 0xffff) };
    if (line.op !== "jumpEqual") return { code, jumpTrue: 0, jumpFalse: 0, k: line.k };
    const jumpTrue = distance(line.yes, index, LONGEST_SHORT_JUMP);
    return { code, jumpTrue, jumpFalse: distance(line.no, index, LONGEST_SHORT_JUMP), k: line.k };
  });
}
