import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScriptedCapture } from "@weir/wire/testing";
import { afterAll, describe, expect, it } from "vitest";
import { followSource } from "./follow.ts";

describe("followSource", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-follow-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const pcap = new ScriptedCapture().toPcap();

  /** Follows a file to which one of `events` happens each time that there is nothing more to read; the last ends it. */
  async function follow(name: string, begin: Uint8Array, events: readonly ((path: string) => void)[]) {
    const path = join(folder, name);
    writeFileSync(path, begin);
    const controller = new AbortController();
    const left = [...events];
    const source = await followSource(path, controller.signal, async () => {
      const event = left.shift();
      if (event === undefined) controller.abort();
      else event(path);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of source.chunks()) chunks.push(Buffer.from(chunk));
    return { bytes: Buffer.concat(chunks), failure: source.failure() };
  }

  it("gives what is there, and what is added, until it is told to stop", async () => {
    const { bytes, failure } = await follow("grows.pcap", pcap, [
      (path) => appendFileSync(path, "one"),
      () => undefined,
      (path) => appendFileSync(path, "two"),
    ]);
    expect(bytes).toEqual(Buffer.concat([pcap, Buffer.from("onetwo")]));
    expect(failure).toBeUndefined();
  });

  it("waits for a file that is empty still, or whose first bytes say nothing yet", async () => {
    const { bytes } = await follow("empty.pcap", new Uint8Array(0), [
      (path) => appendFileSync(path, pcap.subarray(0, 3)),
      (path) => appendFileSync(path, pcap.subarray(3)),
    ]);
    expect(bytes).toEqual(Buffer.from(pcap));
  });

  it.each([
    ["shrinks", (path: string) => truncateSync(path, 10), /has shrunk/],
    ["is removed", (path: string) => rmSync(path), /was removed/],
    [
      "is replaced",
      (path: string) => {
        writeFileSync(`${path}.new`, pcap);
        renameSync(`${path}.new`, path);
      },
      /was replaced by another file/,
    ],
  ])("ends with the reason where the file %s, after what came before", async (name, event, message) => {
    const { bytes, failure } = await follow(`${name}.pcap`, pcap, [event]);
    expect(bytes).toEqual(Buffer.from(pcap));
    expect(failure?.message).toMatch(message);
  });

  it.each([
    ["gzip", Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0)],
    ["zstd", Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0)],
    ["snoop", new TextEncoder().encode("snoop\0\0\0\0\0\0\u0002\0\0\0\u0004")],
  ])("refuses %s", async (kind, begin) => {
    await expect(follow(`file.${kind}`, begin, [])).rejects.toThrow(`is ${kind}: only plain pcap and pcapng`);
  });

  it("refuses what is no regular file", async () => {
    await expect(followSource("/dev/null", new AbortController().signal)).rejects.toThrow(/no regular file/);
  });
});
