import { describe, expect, it } from "vitest";
import { RECEIVERS } from "./list.ts";
import { checkOpenReceivers, ofNetworks, placeOf, type ReceiverPlaces } from "./place.ts";

const tls = { cert: "certificate", key: "key" };
const nowhere: ReceiverPlaces = { host: "0.0.0.0", tls, open: [], senders: [], senderAuthorities: undefined };

/** Hosts of the receivers by name, where these places are given. */
function hosts(places: Partial<ReceiverPlaces>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    RECEIVERS.map((receiver) => [receiver.name, placeOf(receiver, { ...nowhere, ...places }).host]),
  );
}

describe("where receivers listen", () => {
  it("others reach those that ask for a token, and no more", () => {
    expect(hosts({})).toMatchObject({
      ...{ "otlp-http": "0.0.0.0", "otlp-grpc": "0.0.0.0", elasticsearch: "0.0.0.0" },
      ...{ "syslog-udp": "127.0.0.1", "syslog-tcp": "127.0.0.1", "syslog-tls": "127.0.0.1", netflow: "127.0.0.1" },
    });
  });

  it("others reach those that are named, and syslog that asks for certificates", () => {
    expect(hosts({ open: ["netflow"], senders: ["10.0.0.0/8"] })).toMatchObject({
      netflow: "0.0.0.0",
      sflow: "127.0.0.1",
    });
    expect(hosts({ senderAuthorities: "PEM" })).toMatchObject({ "syslog-tls": "0.0.0.0", "syslog-tcp": "127.0.0.1" });
  });

  it("open ones take senders of their networks alone", () => {
    const netflow = RECEIVERS.find(({ name }) => name === "netflow");
    const place =
      netflow && placeOf(netflow, { ...nowhere, open: ["netflow"], senders: ["10.0.0.0/8", "2001:db8::/32"] });
    expect(
      ["10.1.2.3", "::ffff:10.1.2.3", "11.0.0.1", "2001:db8::1", "2001:db9::1", ""].map((at) => place?.takes(at)),
    ).toEqual([true, true, false, true, false, false]);
  });

  it("what is no receiver, no network, or open to everybody without a word is refused", () => {
    expect(() => checkOpenReceivers({ ...nowhere, open: ["otlp-http"], senders: ["10.0.0.0/8"] })).toThrow(
      /knows no otlp-http/,
    );
    expect(() => checkOpenReceivers({ ...nowhere, open: ["netflow"] })).toThrow(/what anybody sends/);
    for (const network of ["10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "all", "::/129", "10.0.0.0/8/8"])
      expect(() => ofNetworks([network])).toThrow(/is no network/);
  });
});
