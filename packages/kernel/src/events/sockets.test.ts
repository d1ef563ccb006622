import { describe, expect, it } from "vitest";
import { readSocketEvent } from "./sockets.ts";

/** An event as the program writes it, member by member (bpf/sockets.bpf.c). */
function written(): DataView {
  const view = new DataView(new ArrayBuffer(16 + 48 + 304));
  const text = (at: number, value: string) => new TextEncoder().encodeInto(value, new Uint8Array(view.buffer, at));
  view.setBigUint64(0, 5_000_000_000n, true);
  view.setUint32(8, 2, true);
  view.setInt32(12, 111, true);
  new Uint8Array(view.buffer).set([10, 91, 0, 2], 16);
  new Uint8Array(view.buffer).set([10, 91, 0, 3], 32);
  view.setUint16(48, 40_000, true);
  view.setUint16(50, 81, true);
  view.setUint16(52, 2, true);
  view.setUint16(54, 6, true);
  view.setUint32(56, 4_026_531_833, true);
  view.setBigUint64(64, 77n, true);
  view.setBigUint64(72, 4_990_000_000n, true);
  view.setUint32(80, 1_234, true);
  view.setUint32(84, 1_000, true);
  text(96, "curl");
  const words = "curl\0-s\0http://10.91.0.3:81/\0";
  text(112, words);
  view.setUint32(88, words.length, true);
  return view;
}

describe("an event of a socket", () => {
  it("has the ends, the process and the errno", () => {
    expect(readSocketEvent(written(), 0)).toEqual({
      kind: "failed",
      atNs: 5_000_000_000,
      errno: 111,
      ends: {
        transport: "tcp",
        localAddress: "10.91.0.2",
        localPort: 40_000,
        remoteAddress: "10.91.0.3",
        remotePort: 81,
        namespace: 4_026_531_833,
      },
      owner: {
        pid: 1_234,
        beganNs: 4_990_000_000,
        name: "curl",
        words: ["curl", "-s", "http://10.91.0.3:81/"],
        uid: 1_000,
        cgroup: 77n,
      },
    });
  });

  it("of an IPv6 socket with IPv4 addresses has these as they are on the wire", () => {
    const view = written();
    view.setUint16(52, 10, true);
    new Uint8Array(view.buffer).set([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 91, 0, 2], 16);
    new Uint8Array(view.buffer).set([0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 32);
    expect(readSocketEvent(view, 0)?.ends).toMatchObject({ localAddress: "10.91.0.2", remoteAddress: "2001:db8::1" });
  });

  it("whose arguments claim to be longer than their place is read no further than that", () => {
    const view = written();
    view.setUint32(88, 0xffff_ffff, true);
    expect(readSocketEvent(view, 0)?.owner.words).toEqual(["curl", "-s", "http://10.91.0.3:81/"]);
  });

  it("of an unknown kind is none", () => {
    const view = written();
    view.setUint32(8, 99, true);
    expect(readSocketEvent(view, 0)).toBeUndefined();
  });
});
