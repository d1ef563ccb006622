import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { receiverAddress, receiverState } from "./telemetry.ts";

const run = promisify(execFile);

describe("syslog, as util-linux's logger sends it", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-syslog-"));
  let hub: RunningHub;
  const logs = async (text: string) => {
    const answer = await fetch(`${hub.url}/api/logs?text=${encodeURIComponent(text)}`);
    return ((await answer.json()) as { items: Record<string, unknown>[] }).items;
  };
  /** Sends one message; `how` are logger's options for transport, framing and format. */
  async function log(receiver: string, text: string, ...how: readonly string[]): Promise<void> {
    const [host = "", port = ""] = (await receiverAddress(hub.url, receiver)).split(":");
    await run("logger", ["-n", host, "-P", port, "-p", "local3.err", "-t", "shop", ...how, text]);
  }

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    [
      "UDP, RFC 5424",
      "syslog-udp",
      ["-d", "--rfc5424", "--msgid", "M1"],
      { "syslog.version": "1", "syslog.msgid": "M1" },
    ],
    ["UDP, RFC 3164", "syslog-udp", ["-d", "--rfc3164", "--id=77"], { "syslog.procid": "77" }],
    ["TCP, line by line", "syslog-tcp", ["-T", "--rfc5424"], { "syslog.version": "1" }],
    ["TCP, counted", "syslog-tcp", ["-T", "--rfc5424", "--octet-count"], { "syslog.version": "1" }],
  ])("%s", async (name, receiver, how, attributes) => {
    const before = Date.now();
    await log(receiver, `no stock by ${name}`, ...how);
    await expect.poll(() => logs(`stock by ${name}`), { timeout: 10_000 }).toHaveLength(1);
    const [record] = await logs(`stock by ${name}`);
    expect(record).toMatchObject({
      service: "shop",
      severityText: "err",
      severityNumber: 17,
      body: `no stock by ${name}`,
      attributes: { "syslog.facility": "local3", ...attributes },
      resourceAttributes: { "host.name": expect.stringMatching(/./), "service.name": "shop" },
    });
    // RFC 3164 tells the time to the second.
    expect(Math.abs(Date.parse(String(record?.["at"])) - before)).toBeLessThan(5_000);
    expect(await receiverState(hub.url, receiver)).toMatchObject({ drops: [], turnedAway: [] });
  });

  it("counts what is no message, and keeps its neighbours", async () => {
    const [host = "", port = ""] = (await receiverAddress(hub.url, "syslog-tcp")).split(":");
    const socket = connect(Number(port), host);
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.end("<14>left neighbour\nnothing at all\n<14>right neighbour\n");
    await expect.poll(() => logs("neighbour"), { timeout: 10_000 }).toHaveLength(2);
    const state = await receiverState(hub.url, "syslog-tcp");
    expect(state.drops).toMatchObject([
      { reason: "unreadable", items: 1, example: expect.stringContaining("nothing") },
    ]);
  });
});
