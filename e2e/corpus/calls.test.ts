import { describe, expect, it } from "vitest";
import { compareCalls } from "../../tools/oracle/calls/compare-capture.ts";
import { knownDifferences, reasonOf } from "../../tools/oracle/calls/known.ts";
import { corpusOrSkip } from "./corpus.ts";

/**
 * Captures whose calls agree with tshark's facts in everything, explained differences (tools/oracle/calls/known-differences) left aside, by the name of
 * the facts' first event. The numbers may rise, not fall.
 */
const MIN_AGREEING: Readonly<Record<string, number>> = {
  amqp: 5,
  cql: 7,
  diameter: 6,
  dns: 225,
  dtls: 18,
  ftp: 32,
  http: 616,
  http2: 14,
  kafka: 22,
  ldap: 33,
  memcache: 8,
  mongo: 9,
  mqtt: 30,
  mysql: 35,
  pgsql: 28,
  quic: 49,
  radius: 10,
  redis: 19,
  sip: 23,
  smtp: 67,
  thrift: 7,
  tls_client_hello: 205,
  websocket: 12,
};

const captures = corpusOrSkip();

describe.skipIf(captures.length === 0)("calls of real captures", () => {
  it("agree with tshark's facts as far as they did", async () => {
    const known = knownDifferences();
    const agreeing: Record<string, number> = Object.fromEntries(Object.keys(MIN_AGREEING).map((name) => [name, 0]));
    for (const { path } of captures) {
      for (const { events, tsharkOnly, weirOnly } of await compareCalls(path)) {
        const [name = ""] = events.split("+");
        const unexplained = [...tsharkOnly, ...weirOnly].filter((said) => reasonOf(known, path, said) === undefined);
        if (unexplained.length === 0) agreeing[name] = (agreeing[name] ?? 0) + 1;
      }
    }
    const fallen = Object.entries(MIN_AGREEING).filter(([name, least]) => (agreeing[name] ?? 0) < least);
    expect(fallen.map(([name, least]) => `${name}: ${agreeing[name]} of ${least}`)).toEqual([]);
  });
});
