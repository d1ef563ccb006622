import { describe, expect, it } from "vitest";
import { KeyLog } from "./key-log.ts";

const random = "ab".repeat(32);
const secret = "0c".repeat(48);

describe("KeyLog", () => {
  it("finds secrets by label and client random, in either case", () => {
    const log = new KeyLog();
    expect(log.add(`# a comment\r\nCLIENT_RANDOM ${random.toUpperCase()} ${secret}\r\n\r\nnonsense\n`)).toBe(1);
    expect(log.find("CLIENT_RANDOM", random)).toEqual(new Uint8Array(48).fill(12));
    expect(log.find("CLIENT_TRAFFIC_SECRET_0", random)).toBeUndefined();
  });

  it("finds a master secret by a session's id", () => {
    const log = new KeyLog();
    log.add(`RSA Session-ID:${random} Master-Key:${secret}`);
    expect(log.find("RSA Session-ID", random)).toHaveLength(48);
  });

  it("leaves out what opens nothing, and what is no secret", () => {
    const log = new KeyLog();
    log.add(`EXPORTER_SECRET ${random} ${secret}\nCLIENT_RANDOM ${random}\nCLIENT_RANDOM ${random} xyz`);
    expect(log.size).toBe(0);
  });
});
