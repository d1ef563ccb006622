import { describe, expect, it } from "vitest";
import { parseCodeRegions, regionAt } from "./memory-maps.ts";
import { jitFrame, PerfMap } from "./perf-map.ts";

const MAPS = `559f0a400000-559f0a428000 r--p 00000000 fe:00 1234                       /usr/bin/some program
559f0a428000-559f0a4d8000 r-xp 00028000 fe:00 1234                       /usr/bin/some program
559f0b0c7000-559f0b0e8000 rw-p 00000000 00:00 0                          [heap]
7f0000000000-7f0000200000 rwxp 00000000 00:00 0 
7f1a00000000-7f1a00028000 r-xp 00010000 fe:00 99                         /usr/lib/libgone.so (deleted)
7ffd5a3f2000-7ffd5a3f4000 r-xp 00000000 00:00 0                          [vdso]
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
`;

describe("the memory of a process", () => {
  const regions = parseCodeRegions(MAPS);

  it("has code in files, deleted ones too, in memory that a compiler filled, and the kernel's own", () => {
    expect(regions.map(({ path, fileOffset }) => [path, fileOffset])).toEqual([
      ["/usr/bin/some program", 0x28000],
      ["", 0],
      ["/usr/lib/libgone.so", 0x10000],
      ["[vdso]", 0],
      ["[vsyscall]", 0],
    ]);
    expect(regions[0]?.name).toBe("559f0a428000-559f0a4d8000");
  });

  it("has the region of an address, or none", () => {
    expect(regionAt(regions, 0x7f1a00000010)?.path).toBe("/usr/lib/libgone.so");
    expect(regionAt(regions, 0x559f0a4d8000)).toBeUndefined();
    expect(regionAt(regions, 5)).toBeUndefined();
  });
});

describe("what a compiler tells of the code that it makes", () => {
  it("are functions by address; of code that was put over other code the last word counts", () => {
    const map = new PerfMap();
    map.add("7f00 100 JS:~hot /shop/orders.js:12:7\nno line\n7f40 20 RegExp:a.c\n");
    expect(map.find(0x7f10)).toEqual({ name: "hot", file: "/shop/orders.js", line: 12 });
    expect(map.find(0x7f50)?.name).toBe("RegExp:a.c");
    expect(map.find(0x7f60)?.name).toBe("hot");
    expect([map.find(0x7eff), map.find(0x8000)]).toEqual([undefined, undefined]);
    map.add("7ef0 200 LSystem.String::Concat\n");
    expect(map.find(0x7f50)?.name).toBe("LSystem.String::Concat");
  });

  it("are V8's by name and place", () => {
    expect(jitFrame("JS:*sum file:///shop/app.mjs:3:21")).toEqual({ name: "sum", file: "/shop/app.mjs", line: 3 });
    expect(jitFrame("LazyCompile:~ node:internal/fs:1:1")).toMatchObject({
      name: "(anonymous)",
      file: "node:internal/fs",
    });
    expect(jitFrame("Builtin:ArrayMap")).toEqual({ name: "Builtin:ArrayMap", file: "", line: 0 });
  });
});
