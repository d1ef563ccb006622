import type { DirectionEvidence } from "@weir/model";
import { type Packet, TcpFlag } from "@weir/wire";
import { KnownServers } from "./known-servers.ts";
import type { Ends } from "./memory/conversations.ts";

/** How sure it is who is the client. From `sure` on it is more than a guess. */
export const DirectionScore = {
  handshake: 255,
  protocol: 240,
  history: 224,
  knownPort: 192,
  ephemeralPort: 128,
  firstSpeaker: 64,
  sure: 128,
} as const;

/** Ports below it are given out by the system to servers (RFC 6335 §6). */
const SYSTEM_PORTS_END = 1024;
/** Where the usual ranges of ephemeral ports begin (Linux 32768, IANA 49152). */
const EPHEMERAL_START = 32_768;
/** Who asked: true where the sender of the packet is the client, what says so, and how sure that is. */
export interface DirectionJudgement {
  readonly senderIsClient: boolean;
  readonly evidence: DirectionEvidence;
}

/** Who is the client of a new connection: by its handshake, else by what is known of its ends, else by its ports, else by who spoke first. */
export class DirectionJudge {
  /** Ends that answered a SYN, or were asked by one: address and port. */
  readonly #servers = new KnownServers();

  /** Judges by the first packet that was seen. */
  ofTcp(packet: Packet): DirectionJudgement {
    if ((packet.tcpFlags & TcpFlag.syn) === 0) return this.ofEnds(packet);
    return this.ofHandshake(packet, (packet.tcpFlags & TcpFlag.ack) === 0);
  }

  /** Judges by a packet of a handshake, which says who its sender is. */
  ofHandshake(packet: Packet, senderIsClient: boolean): DirectionJudgement {
    this.#servers.add(packet, !senderIsClient);
    return { senderIsClient, evidence: "handshake" };
  }

  /** Judges without a handshake. */
  ofEnds(ends: Ends): DirectionJudgement {
    const isSender = this.#servers.has(ends, true);
    const isReceiver = this.#servers.has(ends, false);
    if (isSender !== isReceiver) return { senderIsClient: isReceiver, evidence: "history" };
    return judgeByPorts(ends.sourcePort, ends.destinationPort);
  }
}

/** Judges by ports alone. */
function judgeByPorts(senderPort: number, receiverPort: number): DirectionJudgement {
  const senderSystem = senderPort < SYSTEM_PORTS_END;
  if (senderSystem !== receiverPort < SYSTEM_PORTS_END) return { senderIsClient: !senderSystem, evidence: "knownPort" };
  const senderEphemeral = senderPort >= EPHEMERAL_START;
  if (senderEphemeral !== receiverPort >= EPHEMERAL_START)
    return { senderIsClient: senderEphemeral, evidence: "ephemeralPort" };
  return { senderIsClient: true, evidence: "firstSpeaker" };
}
