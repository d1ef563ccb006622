/** How sure it is who is the client. */
export const DirectionScore = { certain: 255, knownPort: 192, lowerPort: 128, firstSpeaker: 64 } as const;

/** Ports below it are given out by the system to servers (RFC 6335 §6). */
const SYSTEM_PORTS_END = 1024;
/** Where the usual ranges of ephemeral ports begin (Linux 32768, IANA 49152). */
const EPHEMERAL_START = 32_768;

/** Who asked: true where the sender of the first packet is the client, with how sure that is. */
export interface DirectionJudgement {
  readonly senderIsClient: boolean;
  readonly score: number;
}

/** Judges by ports alone, for connections whose beginning was not seen, and for UDP. */
export function judgeByPorts(senderPort: number, receiverPort: number): DirectionJudgement {
  const senderSystem = senderPort < SYSTEM_PORTS_END;
  const receiverSystem = receiverPort < SYSTEM_PORTS_END;
  if (senderSystem !== receiverSystem) return { senderIsClient: receiverSystem, score: DirectionScore.knownPort };
  const senderEphemeral = senderPort >= EPHEMERAL_START;
  const receiverEphemeral = receiverPort >= EPHEMERAL_START;
  if (senderEphemeral !== receiverEphemeral)
    return { senderIsClient: senderEphemeral, score: DirectionScore.lowerPort };
  return { senderIsClient: true, score: DirectionScore.firstSpeaker };
}
