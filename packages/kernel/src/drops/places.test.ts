import { describe, expect, it } from "vitest";
import { symbolsBefore } from "./places.ts";

const TABLE = `ffffffff81f28dd0 T nf_hook_slow
ffffffff81f28ef0 T nf_hook_slow_list
ffffffff81f28e00 d a_table_of_numbers
ffffffffc0401010 t nft_do_chain	[nf_tables]
ffffffff81000000 T _stext
`;

describe("the place of an address in the kernel's code", () => {
  it("is the function that began last before it; tables of data are none, modules may stand anywhere", () => {
    const at = [0xffffffff81f28ee0n, 0xffffffff81f28ef0n, 0xffffffffc04010ffn, 0xffffffff80000000n];
    const names = symbolsBefore(new TextEncoder().encode(TABLE), at);
    expect(names).toEqual(["nf_hook_slow", "nf_hook_slow_list", "nft_do_chain", undefined]);
  });

  it("is not known where the kernel hides its addresses", () => {
    const hidden = TABLE.replace(/^[0-9a-f]{16}/gm, "0".repeat(16));
    expect(symbolsBefore(new TextEncoder().encode(hidden), [0xffffffff81f28ee0n])).toEqual([undefined]);
  });
});
