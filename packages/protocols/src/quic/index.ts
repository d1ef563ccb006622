import type { Dissector } from "../contract.ts";
import { readGoogleStart } from "./google.ts";
import { MAX_BODY_BYTES } from "./http3/exchange-stream.ts";
import { probeDatagram } from "./probe.ts";
import { initialKeys, openPacket } from "./protection.ts";
import { quicRecord } from "./record.ts";
import { QuicSession, sharedIds } from "./session.ts";
import { MAX_OPEN_STREAMS } from "./streams.ts";
import { readLongPacket } from "./wire.ts";

/** QUIC, and HTTP/3 in it where there are secrets. */
export const quic: Dissector<(typeof quicRecord)["id"]> = {
  id: quicRecord.id,
  transports: ["udp"],
  ports: [443, 8443, 853],
  specs: ["RFC 8999", "RFC 9000", "RFC 9001", "RFC 9369", "RFC 9114", "RFC 9204"],
  limits: { pendingCalls: MAX_OPEN_STREAMS, bufferedBytes: 1 << 23, bodyBytes: MAX_BODY_BYTES },
  probe: (_direction, bytes) => probeDatagram(bytes),
  knows: (bytes, common) => sharedIds({ common }).findShort(bytes) !== undefined,
  asks(bytes) {
    const packet = readLongPacket(bytes);
    if (packet === undefined) return readGoogleStart(bytes) === undefined ? undefined : true;
    if (packet.type !== "initial") return undefined;
    const { client } = initialKeys(packet.version, packet.destinationId);
    return openPacket(packet.bytes, packet.numberAt, client, -1) === undefined ? undefined : true;
  },
  open: (context) => new QuicSession(context),
};
