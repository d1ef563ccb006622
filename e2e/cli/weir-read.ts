import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ScriptedCapture } from "@weir/wire/testing";
import { afterAll } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** The built command. */
export const weir = join(root, "apps/weir/bin/weir.js");
/** The captures of the demo incident. */
export const recordings = join(root, "demo/recordings");

/** Runs `weir read` to its end. */
export function run(args: readonly string[], input?: Uint8Array) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [weir, "read", ...args], {
    encoding: "utf8",
    input,
    maxBuffer: 1 << 28,
  });
  return { status, stdout, stderr };
}

/** A folder for the files of one `describe`, removed behind it. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "weir-cli-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, bytes: Uint8Array | string) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
  return { folder, write };
}

/** The records of JSON lines. */
export function records(stdout: string): Record<string, unknown>[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Five connections to a port where nobody listens. */
export function refused(): Uint8Array {
  const capture = new ScriptedCapture();
  for (let index = 0; index < 5; index += 1) {
    const tcp = capture.tcp(`10.0.0.1:${20_000 + index}`, "10.0.0.2:5432");
    tcp.segment({ from: "client", flags: 2 });
    capture.after(1e6);
    tcp.segment({ from: "server", flags: 4 | 16 });
  }
  return capture.toPcap();
}

/** One HTTP call that fails, and a DNS question beside it. */
export function failedCall(): ScriptedCapture {
  const capture = new ScriptedCapture();
  capture.udp("10.0.0.1:5353", "10.0.0.53:53", DNS_QUESTION);
  const tcp = capture.tcp("10.0.0.1:20000", "10.0.0.2:80").handshake();
  tcp.send("client", "GET /orders/7 HTTP/1.1\r\nHost: orders\r\n\r\n");
  capture.after(20e6);
  tcp.send("server", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").ack("client").close();
  return capture;
}

/** A connection that the server resets in the middle of an answer. */
export function cutAnswer(): ScriptedCapture {
  const capture = new ScriptedCapture();
  const tcp = capture.tcp("10.0.0.1:20000", "10.0.0.2:80").handshake();
  tcp.send("client", "GET / HTTP/1.1\r\nHost: orders\r\n\r\n");
  capture.after(5e6);
  tcp.send("server", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin").ack("client").reset("server");
  return capture;
}

/** A question for the address of `a`. */
const DNS_QUESTION = Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0, 1);
