import { TcpFlag } from "@weir/wire";

/** Wireshark's `tcp.completeness` bits. */
export const Complete = { syn: 1, synAck: 2, ack: 4, data: 8, fin: 16, rst: 32 } as const;

const SYN_ACK = TcpFlag.syn | TcpFlag.ack;
const FIN_ACK = TcpFlag.fin | TcpFlag.ack;

/** What one segment adds to {@link Complete}, by Wireshark's rules. */
export function completenessOf(flags: number, payloadBytes: number): number {
  let bits = 0;
  if ((flags & SYN_ACK) === TcpFlag.syn) bits |= Complete.syn;
  if ((flags & SYN_ACK) === SYN_ACK) bits |= Complete.synAck;
  if (payloadBytes > 0) bits |= Complete.data;
  else if ((flags & SYN_ACK) === TcpFlag.ack) bits |= Complete.ack;
  if ((flags & FIN_ACK) === FIN_ACK) bits |= Complete.fin;
  if ((flags & TcpFlag.rst) !== 0) bits |= Complete.rst;
  return bits;
}
