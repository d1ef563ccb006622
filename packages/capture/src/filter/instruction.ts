/** One instruction of the classic BPF machine (`struct sock_filter`): an operation, two short jumps, and a number. */
export interface Instruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly k: number;
}

/** Instructions that one program may have (BPF_MAXINSNS). */
export const MAX_INSTRUCTIONS = 4096;
const INSTRUCTION_BYTES = 8;

/** Operations that are written here (linux/bpf_common.h). */
export const Op = {
  loadWord: 0x20,
  loadHalf: 0x28,
  loadByte: 0x30,
  loadHalfAtX: 0x48,
  and: 0x54,
  shiftLeft: 0x64,
  toX: 0x07,
  jump: 0x05,
  jumpEqual: 0x15,
  return: 0x06,
} as const;

/** The program as the kernel takes it. */
export function encodeProgram(program: readonly Instruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  program.forEach(({ code, jumpTrue, jumpFalse, k }, index) => {
    const at = index * INSTRUCTION_BYTES;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, jumpTrue);
    view.setUint8(at + 3, jumpFalse);
    view.setUint32(at + 4, k >>> 0, true);
  });
  return bytes;
}

/** The reverse of {@link encodeProgram}. */
export function decodeProgram(bytes: Uint8Array): Instruction[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / INSTRUCTION_BYTES) }, (_, index) => {
    const at = index * INSTRUCTION_BYTES;
    return {
      code: view.getUint16(at, true),
      jumpTrue: view.getUint8(at + 2),
      jumpFalse: view.getUint8(at + 3),
      k: view.getUint32(at + 4, true),
    };
  });
}
