import { describe, expect, it } from "vitest";
import { callOf, connectionOf } from "../testing/records.ts";
import { OneVantage } from "./one-vantage.ts";

const MINUTE_NS = 60_000_000_000n;
const START = connectionOf({}).startedAt;
const ends = { serverPort: 443, clientPort: 40_000 };
const atClient = connectionOf({ captureId: "client" });
const atServer = connectionOf({ captureId: "server", startedAt: START + 3_000_000n });

describe("a conversation that several agents see", () => {
  it("counts as the first one saw it, its calls and its end alike", () => {
    const vantage = new OneVantage();
    expect(vantage.leads(callOf({ ...ends, captureId: "client" }))).toBe(true);
    expect(vantage.leads(callOf({ ...ends, captureId: "server" }))).toBe(false);
    expect([vantage.leads(atServer), vantage.leads(atClient)]).toEqual([false, true]);
  });

  it("is the same whoever is taken for the client, and another one on other ports", () => {
    const vantage = new OneVantage();
    vantage.leads(atClient);
    const { clientAddress, clientPort, serverAddress, serverPort } = atServer;
    const swapped = {
      clientAddress: serverAddress,
      clientPort: serverPort,
      serverAddress: clientAddress,
      serverPort: clientPort,
    };
    expect(vantage.leads({ ...atServer, ...swapped })).toBe(false);
    expect(vantage.leads({ ...atServer, clientPort: 40_001 })).toBe(true);
    expect(vantage.leads({ ...atServer, transport: "udp" })).toBe(true);
  });

  it("is led by another one where the first has long told nothing of it", () => {
    const vantage = new OneVantage();
    vantage.leads(atClient);
    expect(vantage.leads({ ...atServer, startedAt: START + 9n * MINUTE_NS })).toBe(false);
    expect(vantage.leads({ ...atServer, startedAt: START + 11n * MINUTE_NS })).toBe(true);
    expect(vantage.leads({ ...atClient, startedAt: START + 12n * MINUTE_NS })).toBe(false);
  });

  it("is not known of attempts that are summed up: each agent's are its own", () => {
    const vantage = new OneVantage();
    const many = { clientAddress: "", attempts: 900 };
    expect([vantage.leads({ ...atClient, ...many }), vantage.leads({ ...atServer, ...many })]).toEqual([true, true]);
  });
});
