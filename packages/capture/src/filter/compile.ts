import { spawnSync } from "node:child_process";
import { WeirError } from "@weir/base";
import { loadLibrary, loadNative, type Native } from "../ffi.ts";
import { decodeProgram, type Instruction } from "./instruction.ts";

const LIBPCAP = ["libpcap.so.0.8", "libpcap.so.1", "libpcap.so"];
/** `struct bpf_program`: a count, and behind it, aligned, a pointer. */
const PROGRAM_BYTES = 16;
const PROGRAM_POINTER_AT = 8;
const INSTRUCTION_BYTES = 8;
const NO_NETMASK = 0xffffffff;
const SYNTAX = "man pcap-filter has the syntax, e.g. 'tcp port 80 and not host 10.0.0.1'";

/** What frames begin with, as libpcap numbers it (DLT_…: not always what files number it) and as tcpdump names it. */
const DATA_LINKS = { ethernet: { number: 1, name: "EN10MB" }, raw: { number: 12, name: "RAW" } } as const;

/** What frames begin with: an Ethernet header, or that of IP. */
export type DataLink = keyof typeof DATA_LINKS;

/** What turns a pcap expression into a program on this machine. */
export type FilterCompiler = "libpcap" | "tcpdump";

/** How expressions are compiled here: by libpcap where it is installed, else by asking tcpdump, which brings it along. */
export function filterCompiler(): FilterCompiler | undefined {
  const native = loadNative();
  if (!(native instanceof Error) && loadLibrary(native, LIBPCAP) !== undefined) return "libpcap";
  return spawnSync("tcpdump", ["--version"], { stdio: "ignore" }).error === undefined ? "tcpdump" : undefined;
}

/** The program of a pcap expression for frames that begin so, which lets through so many bytes of a packet. Throws where it is wrong, or nothing can compile it. */
export function compileExpression(expression: string, dataLink: DataLink, snapBytes: number): Instruction[] {
  const native = loadNative();
  const library = native instanceof Error ? undefined : loadLibrary(native, LIBPCAP);
  if (!(native instanceof Error) && library !== undefined)
    return compileByLibpcap(native, library, expression, dataLink, snapBytes);
  return compileByTcpdump(expression, dataLink, snapBytes);
}

function compileByLibpcap(
  native: Native,
  library: NonNullable<ReturnType<typeof loadLibrary>>,
  expression: string,
  dataLink: DataLink,
  snapBytes: number,
): Instruction[] {
  const open = library.func("uintptr_t pcap_open_dead(int, int)");
  const compile = library.func("int pcap_compile(uintptr_t, void *, const char *, int, uint32_t)");
  const free = library.func("void pcap_freecode(void *)");
  const problem = library.func("const char *pcap_geterr(uintptr_t)");
  const close = library.func("void pcap_close(uintptr_t)");
  const handle: bigint = open(DATA_LINKS[dataLink].number, snapBytes);
  try {
    const program = new Uint8Array(PROGRAM_BYTES);
    if (compile(handle, program, expression, 1, NO_NETMASK) !== 0) throw wrongExpression(expression, problem(handle));
    const view = new DataView(program.buffer);
    const bytes = view.getUint32(0, true) * INSTRUCTION_BYTES;
    const memory = native.koffi.view(view.getBigUint64(PROGRAM_POINTER_AT, true), bytes);
    const instructions = decodeProgram(new Uint8Array(memory));
    free(program);
    return instructions;
  } finally {
    close(handle);
  }
}

function compileByTcpdump(expression: string, dataLink: DataLink, snapBytes: number): Instruction[] {
  const run = spawnSync(
    "tcpdump",
    ["-ddd", "-y", DATA_LINKS[dataLink].name, "-s", String(snapBytes), "--", expression],
    { encoding: "utf8" },
  );
  if (run.error !== undefined)
    throw new WeirError(
      "CAPTURE_UNAVAILABLE",
      `the filter "${expression}" cannot be compiled: neither libpcap nor tcpdump is installed`,
      "Install libpcap (Debian: libpcap0.8), or leave --bpf out",
      { cause: run.error },
    );
  if (run.status !== 0) throw wrongExpression(expression, run.stderr.trim());
  return parseDecimalProgram(run.stdout);
}

/** The program that `tcpdump -ddd` prints: a count, then one line of four numbers per instruction. */
export function parseDecimalProgram(text: string): Instruction[] {
  return text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [code = 0, jumpTrue = 0, jumpFalse = 0, k = 0] = line.split(" ").map(Number);
      return { code, jumpTrue, jumpFalse, k };
    });
}

function wrongExpression(expression: string, problem: string): WeirError {
  return new WeirError("FILTER_INVALID", `"${expression}" is no filter of packets: ${problem}`, SYNTAX);
}
