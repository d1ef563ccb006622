import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DiskGuard } from "@weir/storage";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CaptureFolder } from "./capture-folder.ts";

describe("the captures that a hub has taken", () => {
  let path: string;
  let folder: CaptureFolder;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "weir-captures-"));
    folder = new CaptureFolder(path, new DiskGuard(path));
    await folder.open();
  });
  afterEach(() => rm(path, { recursive: true }));

  async function* chunks(text: string): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(text);
  }

  it("are there with their names, each content once, and nothing else is", async () => {
    const first = await folder.take("a.pcap", chunks("packets"));
    const again = await folder.take("b.pcap", chunks("packets"));
    expect([first.isNew, again.isNew]).toEqual([true, false]);
    expect(await folder.all()).toEqual([{ captureId: first.stored.captureId, name: "a.pcap", fileBytes: 7 }]);
    expect(await readdir(path)).toHaveLength(2);
  });

  it("are taken again where the hub was killed while it wrote that it had taken one", async () => {
    const { stored } = await folder.take("a.pcap", chunks("packets"));
    await writeFile(join(path, `${stored.captureId}.json`), "");
    await writeFile(join(path, "other.part.json.part"), '{"captureId"');
    await folder.open();
    expect(await folder.all()).toEqual([]);
    expect(await folder.take("a.pcap", chunks("packets"))).toEqual({ stored, isNew: true });
    expect(await folder.all()).toEqual([stored]);
  });
});
