/** What both hosts of a conversation can do beyond RFC 9293: what their SYNs announce, and use. */
export interface TcpAbilities {
  /** Timestamps on every segment (RFC 7323 §3). */
  readonly timestamps: boolean;
  /** SACK and D-SACK (RFC 2018, RFC 2883), loss recovery by them (RFC 6675) and tail loss probes (RFC 8985 §7). */
  readonly sack: boolean;
  /** Explicit congestion notification (RFC 3168). */
  readonly ecn: boolean;
  /** A new IP identification for every packet that is sent, so that copies are known by theirs; false: always 0 (RFC 6864). */
  readonly ipIdentification: boolean;
}

/** Hosts of the last century. */
export const PLAIN_TCP: TcpAbilities = { timestamps: false, sack: false, ecn: false, ipIdentification: false };
/** Hosts of today. */
export const MODERN_TCP: TcpAbilities = { timestamps: true, sack: true, ecn: true, ipIdentification: true };
