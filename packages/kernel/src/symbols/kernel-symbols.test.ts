import { describe, expect, it } from "vitest";
import { KernelSymbols } from "./kernel-symbols.ts";

const TABLE = new TextEncoder().encode(`ffffffff81f28ef0 T nf_hook_slow_list
ffffffff81f28dd0 T nf_hook_slow
ffffffff81f28e00 d a_table_of_numbers
ffffffffc0401010 t nft_do_chain	[nf_tables]
0000000000000000 T hidden
`);

it("functions of the kernel are known by the lower 48 bits of their addresses", () => {
  const symbols = new KernelSymbols();
  symbols.load(TABLE);
  const names = [0xffff81f28ee0, 0xffff81f28ef0, 0xffffc04010ff, 0xffff80000000].map((at) => symbols.frame(at).name);
  expect(names).toEqual(["nf_hook_slow", "nf_hook_slow_list", "nft_do_chain", "kernel 0xffff80000000"]);
});

describe("a kernel that hides its addresses", () => {
  it("leaves them as they are", () => {
    const symbols = new KernelSymbols();
    symbols.load(new TextEncoder().encode("0000000000000000 T _stext\n"));
    expect(symbols.frame(0x10)).toEqual({ name: "kernel 0x10", file: "[kernel]", line: 0 });
  });
});
