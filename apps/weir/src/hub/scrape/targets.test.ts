import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseTarget, readTargetsFile } from "./targets.ts";

describe("targets", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-targets-"));
  const fileOf = (text: string) => {
    const path = join(folder, "targets.json");
    writeFileSync(path, text);
    return path;
  };

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("of the command line are addresses, with a name or without", () => {
    const { url, labels, intervalMs } = parseTarget("http://10.0.0.7:9100,name=node");
    expect([url.href, Object.fromEntries(labels), intervalMs]).toEqual([
      "http://10.0.0.7:9100/metrics",
      { job: "node", instance: "10.0.0.7:9100" },
      15_000,
    ]);
    expect(parseTarget("http://shop/own?part=a").labels.get("job")).toBe("shop");
    for (const text of ["shop", "ftp://shop", ""]) expect(() => parseTarget(text)).toThrow("is no target");
  });

  it("of a file have labels, intervals and timeouts", async () => {
    const target = {
      url: "http://shop/metrics",
      labels: { zone: "a", job: "lie" },
      intervalSeconds: 60,
      timeoutSeconds: 5,
    };
    const [read] = await readTargetsFile(fileOf(JSON.stringify({ targets: [target] })));
    expect([read?.intervalMs, read?.timeoutMs, read?.labels.get("zone"), read?.labels.get("job")]).toEqual([
      60_000,
      5_000,
      "a",
      "shop",
    ]);
  });

  it.each([
    ["no JSON", "{", "not JSON"],
    ["another form", '{"targets":[{"url":"shop"}]}', "targets.0.url"],
    [
      "a timeout longer than the interval",
      '{"targets":[{"url":"http://a","intervalSeconds":5}]}',
      "longer than the interval",
    ],
  ])("are refused in plain words: %s", async (_, text, words) => {
    await expect(readTargetsFile(fileOf(text))).rejects.toThrow(words);
  });
});
