import type { DirectionEvidence } from "@weir/model";
import { type Packet, TcpFlag } from "@weir/wire";
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
/** Servers that are remembered; beyond it they are learned anew. */
const MAX_SERVERS = 1 << 16;

/** Who asked: true where the sender of the packet is the client, what says so, and how sure that is. */
export interface DirectionJudgement {
  readonly senderIsClient: boolean;
  readonly evidence: DirectionEvidence;
}

/** Who is the client of a new connection: by its handshake, else by what is known of its ends, else by its ports, else by who spoke first. */
export class DirectionJudge {
  /** Ends that answered a SYN, or were asked by one: address and port. */
  readonly #servers = new Set<number | string>();

  /** Judges by the first packet that was seen. */
  ofTcp(packet: Packet): DirectionJudgement {
    if ((packet.tcpFlags & TcpFlag.syn) === 0) return this.ofEnds(packet);
    const senderIsClient = (packet.tcpFlags & TcpFlag.ack) === 0;
    if (this.#servers.size >= MAX_SERVERS) this.#servers.clear();
    this.#servers.add(endOf(packet, !senderIsClient));
    return { senderIsClient, evidence: "handshake" };
  }

  /** Judges without a handshake. */
  ofEnds(ends: Ends): DirectionJudgement {
    const [isSender, isReceiver] = [this.#servers.has(endOf(ends, true)), this.#servers.has(endOf(ends, false))];
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

/** One end of a packet as a key: of IPv4 a number (48 bits), else text. */
function endOf(ends: Ends, isSender: boolean): number | string {
  const at = isSender ? ends.sourceAddressAt : ends.destinationAddressAt;
  const port = isSender ? ends.sourcePort : ends.destinationPort;
  if (ends.addressBytes === 4) return ends.view.getUint32(at) * 0x10000 + port;
  return `${ends.view.getBigUint64(at)} ${ends.view.getBigUint64(at + 8)} ${port}`;
}
