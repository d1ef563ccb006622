import { TcpFlag } from "@weir/wire";
import type { TsharkFrame } from "./run.ts";

const CONGESTION_EXPERIENCED = 3;

/** The names that Weir gives to the options of a SYN, by kind (IANA, "TCP Option Kind Numbers"). */
const OPTION_NAMES: Readonly<Record<string, string>> = {
  2: "mss",
  3: "windowScale",
  4: "sackPermitted",
  8: "timestamps",
  19: "md5",
  29: "authentication",
  30: "multipath",
  34: "fastOpen",
};

/** Smallest, largest and mean of what was seen. */
export class Range {
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  samples = 0;
  #sum = 0;

  add(value: number): void {
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
    this.#sum += value;
    this.samples += 1;
  }

  get mean(): number {
    return this.#sum / this.samples;
  }
}

/** What tshark says about the packets of one side of one TCP stream, added up. */
export class TsharkSide {
  packets = 0;
  sackBlocks = 0;
  duplicateSacks = 0;
  maxBytesInFlight = 0;
  /** Holes in what this side sent: tshark says nothing of bytes in flight from there to the next ACK. */
  lostSegments = 0;
  /** In bytes, of all packets but resets; unscaled where tshark did not see the scale. */
  readonly window = new Range();
  congestionMarks = 0;
  congestionEchoes = 0;
  congestionReduced = 0;
  ttl: number | undefined;
  ttlChanges = 0;
  dscp: number | undefined;
  dscpChanges = 0;
  largestSegmentBytes = 0;
  mss: number | undefined;
  windowScale: number | undefined;
  options: readonly string[] = [];
  /** SYNs on ports that were known; tshark also says so of a SYN-ACK with another sequence number than before. */
  reusedPorts = 0;
  keepAlives = 0;
  keepAliveAcks = 0;
  zeroWindows = 0;
  zeroWindowProbes = 0;
  zeroWindowProbeAcks = 0;
  fastRetransmissions = 0;
  spuriousRetransmissions = 0;
  /** Of this side's ACKs of all but SYNs: the time since the segment that they end, in nanoseconds. */
  readonly ackRtt = new Range();
  #lastTtl = -1;
  #lastDscp = -1;

  /** Adds a frame that this side sent. `acksSyn`: the frame that it acknowledges by number was a SYN. */
  take(frame: TsharkFrame, innermost: InnermostNetwork, acksSyn: boolean): void {
    const flags = Number(last(frame["tcp.flags"]) ?? 0);
    const isSyn = (flags & TcpFlag.syn) !== 0;
    this.packets += 1;
    this.#takeNetwork(innermost);
    if ((flags & TcpFlag.ece) !== 0 && !isSyn) this.congestionEchoes += 1;
    if ((flags & TcpFlag.cwr) !== 0 && !isSyn) this.congestionReduced += 1;
    this.sackBlocks += numbers(frame["tcp.options.sack.count"]).reduce((sum, count) => sum + count, 0);
    this.duplicateSacks += frame["tcp.options.sack.dsack_le"].length;
    this.maxBytesInFlight = Math.max(this.maxBytesInFlight, lastNumber(frame["tcp.analysis.bytes_in_flight"]) ?? 0);
    this.largestSegmentBytes = Math.max(this.largestSegmentBytes, lastNumber(frame["tcp.len"]) ?? 0);
    const windowBytes = lastNumber(frame["tcp.window_size"]);
    if (windowBytes !== undefined && (flags & TcpFlag.rst) === 0) this.window.add(windowBytes);
    const rttSeconds = lastNumber(frame["tcp.analysis.ack_rtt"]);
    if (rttSeconds !== undefined && !acksSyn) this.ackRtt.add(Math.round(rttSeconds * 1e9));
    if (isSyn) this.#takeSyn(frame);
    if ((flags & (TcpFlag.syn | TcpFlag.ack)) === TcpFlag.syn)
      this.reusedPorts += frame["tcp.analysis.reused_ports"].length;
    this.#takeVerdicts(frame);
  }

  #takeNetwork({ ttl, trafficClass }: InnermostNetwork): void {
    this.ttl ??= ttl;
    if (this.#lastTtl >= 0 && ttl !== this.#lastTtl) this.ttlChanges += 1;
    this.#lastTtl = ttl;
    const dscp = trafficClass >> 2;
    this.dscp ??= dscp;
    if (this.#lastDscp >= 0 && dscp !== this.#lastDscp) this.dscpChanges += 1;
    this.#lastDscp = dscp;
    if ((trafficClass & 3) === CONGESTION_EXPERIENCED) this.congestionMarks += 1;
  }

  #takeSyn(frame: TsharkFrame): void {
    this.mss = lastNumber(frame["tcp.options.mss_val"]) ?? this.mss;
    this.windowScale = lastNumber(frame["tcp.options.wscale.shift"]) ?? this.windowScale;
    const names = frame["tcp.option_kind"].map((kind) => OPTION_NAMES[kind]).filter((name) => name !== undefined);
    if (this.options.length === 0) this.options = [...new Set(names)].sort();
  }

  #takeVerdicts(frame: TsharkFrame): void {
    if (frame["tcp.analysis.lost_segment"].length > 0) this.lostSegments += 1;
    if (frame["tcp.analysis.keep_alive"].length > 0) this.keepAlives += 1;
    if (frame["tcp.analysis.keep_alive_ack"].length > 0) this.keepAliveAcks += 1;
    if (frame["tcp.analysis.zero_window"].length > 0) this.zeroWindows += 1;
    if (frame["tcp.analysis.zero_window_probe"].length > 0) this.zeroWindowProbes += 1;
    if (frame["tcp.analysis.zero_window_probe_ack"].length > 0) this.zeroWindowProbeAcks += 1;
    if (frame["tcp.analysis.fast_retransmission"].length > 0) this.fastRetransmissions += 1;
    if (frame["tcp.analysis.spurious_retransmission"].length > 0) this.spuriousRetransmissions += 1;
  }
}

/** What the network header right around the TCP header says. */
export interface InnermostNetwork {
  readonly source: string;
  readonly ttl: number;
  /** DSCP in the upper six bits, ECN in the lower two. */
  readonly trafficClass: number;
}

/** The last of a field's values: tunnels repeat fields, the innermost comes last. */
export function last(values: readonly string[]): string | undefined {
  return values.at(-1);
}

/** The last of a field's values as a number. */
export function lastNumber(values: readonly string[]): number | undefined {
  const value = last(values);
  return value === undefined ? undefined : Number(value);
}

function numbers(values: readonly string[]): number[] {
  return values.map(Number);
}
