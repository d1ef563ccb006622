import type { ConnectionHealth } from "@weir/model";
import { CaptureReader, TcpFlag } from "@weir/wire";
import { type End, ScriptedCapture } from "@weir/wire/testing";
import { describe, expect, it } from "vitest";
import type { AttemptSummary } from "./attempt-summaries.ts";
import type { FlowLimits } from "./contract.ts";
import { FlowEngine } from "./engine.ts";

const ATTEMPTS = 50_000;
const ESTABLISHED = 200;
const LIMITS = { openConnections: 1000 };

/** Where a SYN of each number comes from and goes to. */
type Attempt = (index: number) => readonly [End, End];

const flood: Attempt = (index) => [`10.${(index >> 16) + 1}.${(index >> 8) & 255}.${index & 255}:40000`, "10.0.0.2:80"];
const portScan: Attempt = (index) => ["10.0.0.9:50000", `10.0.0.2:${index + 1}`];
const networkScan: Attempt = (index) => ["10.0.0.9:50000", `10.9.${index >> 8}.${index & 255}:22`];

describe("too many connections", () => {
  it.each([
    ["a SYN flood from many sources", flood],
    ["a scan of one server's ports", portScan],
    ["a scan of a network", networkScan],
  ])("%s takes bounded memory, loses no attempt, and leaves established connections alone", (_, attempt) => {
    const { closed, summaries, maxConnections, maxBytes } = runUnder(attempt);
    expect(maxConnections).toBe(LIMITS.openConnections);
    expect(maxBytes).toBeLessThan(10 << 20);
    const attempts = [...closed.filter(isAttempt), ...summaries.map(({ health }) => health)];
    expect(sum(attempts, (health) => health.attempts)).toBe(ATTEMPTS);
    expect(sum(attempts, (health) => health.clientPackets)).toBe(ATTEMPTS);
    const worked = closed.filter((health) => !isAttempt(health));
    expect(worked).toHaveLength(ESTABLISHED);
    expect(new Set(worked.map(({ closeReason }) => closeReason))).toEqual(new Set(["closed"]));
  });

  it("tells a flood as one record: one server, no single client, the numbers of all", () => {
    const { summaries, startedAtNs } = runUnder(flood);
    expect(summaries).toHaveLength(1);
    const [{ health, ...summary }] = summaries as [AttemptSummary];
    expect(summary.startedAtNs).toBe(startedAtNs);
    expect(health).toMatchObject({
      clientAddress: "",
      clientPort: 40_000,
      serverAddress: "10.0.0.2",
      serverPort: 80,
      closeReason: "noAnswer",
      gradeReasons: ["limitReached"],
      attempts: health.clientPackets,
      clientBytes: health.clientPackets * 54,
      serverPackets: 0,
    });
    // What is left open at the end is told one by one.
    expect(health.attempts).toBe(ATTEMPTS - (LIMITS.openConnections - ESTABLISHED));
    expect(health.durationNs).toBe((health.attempts - 1) * 1e5);
    // Between the first and the last of them the established connections asked their questions.
    expect(health.lastPacket - health.firstPacket).toBe(health.attempts - 1 + ESTABLISHED);
  });

  it("tells a scan's first 1024 ports one by one and all others as one, without a port of its own", () => {
    const { summaries } = runUnder(portScan);
    expect(summaries).toHaveLength(1025);
    const others = summaries.filter(({ health }) => health.attempts > 1);
    expect(others).toMatchObject([
      { health: { clientAddress: "10.0.0.9", clientPort: 50_000, serverAddress: "10.0.0.2", serverPort: 0 } },
    ]);
  });

  it("names no server where the others are several", () => {
    const others = runUnder(networkScan).summaries.filter(({ health }) => health.attempts > 1);
    expect(others).toMatchObject([{ health: { clientAddress: "10.0.0.9", serverAddress: "", serverPort: 22 } }]);
  });

  it("tells a flood that goes on minute by minute", () => {
    const capture = new ScriptedCapture();
    for (let index = 0; index < 3000; index += 1) syn(capture.after(60e6), flood(index));
    const { summaries, closed } = run(capture, LIMITS);
    expect(summaries.map(({ health }) => health.attempts)).toEqual([expect.any(Number), expect.any(Number)]);
    expect(sum(summaries, ({ health }) => health.attempts) + closed.length).toBe(3000);
  });

  it("gives up a quiet connection only where there is no attempt", () => {
    const capture = new ScriptedCapture();
    for (let index = 0; index < 12; index += 1)
      capture
        .after(1e6)
        .tcp(`10.0.0.1:${20_000 + index}`, "10.0.0.2:80")
        .handshake();
    const { closed, summaries } = run(capture, { openConnections: 10 });
    expect(summaries).toEqual([]);
    const given = closed.filter(({ closeReason }) => closeReason === "limit");
    expect(given.map(({ clientPort }) => clientPort)).toEqual([20_000, 20_001]);
  });

  it("takes a sender of datagrams that nobody answers for no attempt", () => {
    const capture = new ScriptedCapture();
    const logLine = () => capture.after(1e6).udp("10.0.0.1:514", "10.0.0.2:514", "a line");
    for (let line = 0; line < 20; line += 1) logLine();
    for (let index = 0; index < 100; index += 1) capture.udp(`10.0.1.1:${1024 + index}`, "10.0.0.3:53", "?");
    logLine();
    const { closed } = run(capture, { openConnections: 10 });
    expect(closed.find(({ serverPort }) => serverPort === 514)).toMatchObject({ clientPackets: 21, attempts: 1 });
  });

  it("forgets a conversation once, also where its attempts came again and again", () => {
    const capture = new ScriptedCapture();
    const again = [0, 1, 2, 3, 4, 5, 6, 7];
    const others = Array.from({ length: 40 }, (_, index) => 100 + index);
    for (const index of [...again, ...again, ...others]) syn(capture.after(1e6), flood(index));
    const { summaries, closed } = run(capture, { openConnections: 4, rememberedConversations: 10 });
    expect(sum(summaries, ({ health }) => health.attempts) + closed.length).toBe(56);
  });
});

/** Attempts among connections that work: a handshake first, a question and its answer amid the attempts, and the end behind them. */
function runUnder(attempt: Attempt) {
  const capture = new ScriptedCapture();
  const established = Array.from({ length: ESTABLISHED }, (_, index) =>
    capture.tcp(`10.0.0.1:${20_000 + index}`, "10.0.0.3:5432").handshake(),
  );
  const startedAtNs = capture.nowNs + 1e5;
  for (let index = 0; index < ATTEMPTS; index += 1) {
    syn(capture.after(1e5), attempt(index));
    if (index === ATTEMPTS / 2) for (const tcp of established) tcp.send("client", "are you there?");
  }
  for (const tcp of established) tcp.send("server", "yes").ack("client").close();
  return { ...run(capture, LIMITS), startedAtNs };
}

function syn(capture: ScriptedCapture, [from, to]: readonly [End, End]): void {
  capture.tcp(from, to).segment({ from: "client", flags: TcpFlag.syn });
}

function run(capture: ScriptedCapture, limits: Partial<FlowLimits>) {
  const closed: ConnectionHealth[] = [];
  const summaries: AttemptSummary[] = [];
  const nothing = () => undefined;
  const engine = new FlowEngine({
    limits,
    sink: {
      opened: nothing,
      data: nothing,
      gap: nothing,
      ended: nothing,
      closed: (_, health) => closed.push(health.record()),
      summarized: (summary) => summaries.push(summary),
    },
  });
  let [maxConnections, maxBytes] = [0, 0];
  new CaptureReader().push(capture.toPcap(), (packet) => {
    engine.packet(packet);
    if (packet.number % 100 !== 0) return;
    maxConnections = Math.max(maxConnections, engine.held.connections);
    maxBytes = Math.max(maxBytes, engine.held.bytes);
  });
  engine.finish();
  return { closed, summaries, maxConnections, maxBytes };
}

function isAttempt({ completeness }: ConnectionHealth): boolean {
  return completeness === 1;
}

function sum<Item>(items: readonly Item[], number: (item: Item) => number): number {
  return items.reduce((total, item) => total + number(item), 0);
}
