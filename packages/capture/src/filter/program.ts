import { WeirError } from "@weir/base";
import { HardwareType } from "../ring/layout.ts";
import { assemble } from "./assemble.ts";
import { compileExpression } from "./compile.ts";
import { type Instruction, MAX_INSTRUCTIONS, Op } from "./instruction.ts";
import { LOOPBACK_ONCE, type OwnEndpoint, withoutOwn } from "./own-traffic.ts";

export interface CaptureFilter {
  /** In the language of libpcap (man pcap-filter); all packets where absent. */
  readonly expression?: string | undefined;
  /** Bytes that are kept of a packet. */
  readonly snapBytes: number;
  /** Ends of the program's own connections. */
  readonly own: readonly OwnEndpoint[];
}

/** Where the kernel keeps the kind of a packet's interface (SKF_AD_HATYPE). */
const ABOUT_HARDWARE_TYPE = -0x1000 + 28;

/**
 * The program that the kernel asks for each packet: loopback once, nothing of our own, and of the rest what the expression wants. The expression is
 * compiled twice, because offsets differ between frames with an Ethernet header and those without; which it is, the packet's interface tells.
 */
export function captureProgram({ expression, snapBytes, own }: CaptureFilter): Instruction[] {
  const before = assemble([...LOOPBACK_ONCE, ...withoutOwn(own)]);
  const program = [...before, ...wanted(expression, snapBytes)];
  if (program.length <= MAX_INSTRUCTIONS) return program;
  throw new WeirError(
    "FILTER_INVALID",
    `the filter needs ${program.length} instructions, and the kernel takes ${MAX_INSTRUCTIONS}`,
    "Make it shorter: name networks instead of single hosts",
  );
}

function wanted(expression: string | undefined, snapBytes: number): Instruction[] {
  if (expression === undefined || expression.trim() === "") return assemble([{ op: "return", k: snapBytes }]);
  const ethernet = compileExpression(expression, "ethernet", snapBytes);
  const raw = compileExpression(expression, "raw", snapBytes);
  const branch: readonly Instruction[] = [
    { code: Op.loadWord, jumpTrue: 0, jumpFalse: 0, k: ABOUT_HARDWARE_TYPE },
    { code: Op.jumpEqual, jumpTrue: 2, jumpFalse: 0, k: HardwareType.ethernet },
    { code: Op.jumpEqual, jumpTrue: 1, jumpFalse: 0, k: HardwareType.loopback },
    { code: Op.jump, jumpTrue: 0, jumpFalse: 0, k: ethernet.length },
  ];
  return [...branch, ...ethernet, ...raw];
}
