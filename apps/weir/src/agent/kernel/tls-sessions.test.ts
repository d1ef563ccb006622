import type { TlsEvent } from "@weir/kernel";
import { describe, expect, it } from "vitest";
import type { PlainText } from "../messages.ts";
import { TlsSessions } from "./tls-sessions.ts";

const ends = (local: string, localPort: number, remote: string, remotePort: number) => ({
  transport: "tcp" as const,
  localAddress: local,
  localPort,
  remoteAddress: remote,
  remotePort,
  namespace: 1,
});
const CLIENT = ends("10.0.0.1", 40_000, "10.0.0.2", 443);
const SERVER = ends("10.0.0.2", 443, "10.0.0.1", 40_000);

const socket = (session: string, at: typeof CLIENT): TlsEvent => ({ kind: "tlsSocket", atNs: 1, session, ends: at });
const text = (session: string, words: string, more: { offset?: number; bytes?: number; isSent?: boolean } = {}) => {
  const bytes = new TextEncoder().encode(words);
  const event = { kind: "tlsText", atNs: 5, session, isSent: true, offset: 0, bytes: bytes.length, text: bytes };
  return { ...event, ...more } as TlsEvent;
};
const unixNsOf = (atNs: number) => 1_000n + BigInt(atNs);
const wordsOf = (texts: readonly PlainText[]) => texts.map(({ bytes }) => new TextDecoder().decode(bytes));

describe("texts from inside of TLS", () => {
  it("wait until their socket is known, and then have its ends and times of the calendar", () => {
    const sessions = new TlsSessions();
    expect(sessions.add(text("7 a", "GET /"), unixNsOf)).toEqual([]);
    const [first] = sessions.add(socket("7 a", CLIENT), unixNsOf);
    expect(first).toMatchObject({
      atUnixNs: 1_005n,
      from: { address: "10.0.0.1", port: 40_000 },
      to: { address: "10.0.0.2", port: 443 },
      missingBefore: 0,
      missingBehind: 0,
    });
  });

  it("go the other way where they were read", () => {
    const sessions = new TlsSessions();
    sessions.add(socket("7 a", CLIENT), unixNsOf);
    const [read] = sessions.add(text("7 a", "200 OK", { isSent: false }), unixNsOf);
    expect(read).toMatchObject({ from: { port: 443 }, to: { port: 40_000 } });
  });

  it("say what is missing: events that were lost before them, and the end of a long write", () => {
    const sessions = new TlsSessions();
    sessions.add(socket("7 a", CLIENT), unixNsOf);
    sessions.add(text("7 a", "abc", { bytes: 10 }), unixNsOf);
    const [next] = sessions.add(text("7 a", "def", { offset: 30 }), unixNsOf);
    expect(next).toMatchObject({ missingBefore: 20, missingBehind: 0 });
  });

  it("are told once, where both ends are on this host", () => {
    const sessions = new TlsSessions();
    sessions.add(socket("7 a", CLIENT), unixNsOf);
    sessions.add(socket("8 b", SERVER), unixNsOf);
    expect(wordsOf(sessions.add(text("7 a", "asked"), unixNsOf))).toEqual(["asked"]);
    expect(sessions.add(text("8 b", "asked", { isSent: false }), unixNsOf)).toEqual([]);
  });

  it("are of another session where the first one was freed", () => {
    const sessions = new TlsSessions();
    sessions.add(socket("7 a", CLIENT), unixNsOf);
    sessions.add({ kind: "tlsFreed", atNs: 2, session: "7 a" }, unixNsOf);
    expect(sessions.add(text("7 a", "somewhere else"), unixNsOf)).toEqual([]);
    expect(wordsOf(sessions.add(socket("7 a", { ...CLIENT, localPort: 1 }), unixNsOf))).toEqual(["somewhere else"]);
  });
});
