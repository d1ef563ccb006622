import type { Instruction } from "../filter/instruction.ts";

const ABOUT = -0x1000;
const NETWORK = -0x100000;

/** A packet as the classic BPF machine sees it. */
export interface FilteredPacket {
  /** The frame; its network header begins at `networkAt`. */
  readonly frame: Uint8Array;
  readonly networkAt?: number;
  /** What the kernel knows beside the bytes. */
  readonly about?: {
    readonly etherType?: number;
    readonly packetType?: number;
    readonly interfaceIndex?: number;
    readonly hardwareType?: number;
  };
}

/** What the machine holds between two instructions. */
interface Machine {
  accumulator: number;
  index: number;
  /** Number of the next instruction. */
  at: number;
}

type Operation = (machine: Machine, instruction: Instruction, packet: FilteredPacket) => void;

/** A load outside of the packet ends the program: the packet is not wanted. */
class OutsideOfPacket extends Error {}

const loadOf =
  (bytes: 1 | 2 | 4, isIndexed = false): Operation =>
  (machine, { k }, packet) => {
    machine.accumulator = load(packet, isIndexed ? k + machine.index : k, bytes);
  };

/** The instructions that the tests have, by code (linux/bpf_common.h). */
const OPERATIONS: Readonly<Record<number, Operation>> = {
  32: loadOf(4),
  40: loadOf(2),
  48: loadOf(1),
  64: loadOf(4, true),
  72: loadOf(2, true),
  80: loadOf(1, true),
  177: (machine, { k }, packet) => {
    machine.index = 4 * (load(packet, k, 1) & 0x0f);
  },
  7: (machine) => {
    machine.index = machine.accumulator;
  },
  84: (machine, { k }) => {
    machine.accumulator = (machine.accumulator & k) >>> 0;
  },
  100: (machine, { k }) => {
    machine.accumulator = (machine.accumulator << k) >>> 0;
  },
  5: (machine, { k }) => {
    machine.at += k;
  },
  21: (machine, { k, jumpTrue, jumpFalse }) => {
    machine.at += machine.accumulator === k >>> 0 ? jumpTrue : jumpFalse;
  },
  69: (machine, { k, jumpTrue, jumpFalse }) => {
    machine.at += (machine.accumulator & k) === 0 ? jumpFalse : jumpTrue;
  },
};
const RETURN = 0x06;

/** Runs a filter on a packet as the kernel would; returns the bytes that it lets through. */
export function runFilter(program: readonly Instruction[], packet: FilteredPacket): number {
  const machine: Machine = { accumulator: 0, index: 0, at: 0 };
  try {
    for (;;) {
      const instruction = program[machine.at]!;
      if (instruction.code === RETURN) return instruction.k;
      machine.at += 1;
      const operation = OPERATIONS[instruction.code];
      if (operation === undefined) throw new Error(`the tests know no instruction 0x${instruction.code.toString(16)}`);
      operation(machine, instruction, packet);
    }
  } catch (error) {
    if (error instanceof OutsideOfPacket) return 0;
    throw error;
  }
}

function load({ frame, networkAt = 14, about = {} }: FilteredPacket, k: number, bytes: 1 | 2 | 4): number {
  const { etherType, packetType, interfaceIndex, hardwareType } = about;
  const signed = k | 0;
  if (signed >= ABOUT && signed < 0)
    return [etherType, packetType, interfaceIndex, 0, 0, 0, 0, hardwareType][(signed - ABOUT) / 4] ?? 0;
  const place = signed < ABOUT ? signed - NETWORK + networkAt : signed;
  if (place < 0 || place + bytes > frame.length) throw new OutsideOfPacket();
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  return bytes === 4 ? view.getUint32(place) : bytes === 2 ? view.getUint16(place) : view.getUint8(place);
}
