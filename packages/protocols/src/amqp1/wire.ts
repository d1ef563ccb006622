/** Frames of AMQP 1.0 (§2.3.1): size, data offset in words of four bytes, type, channel; then the body. */
export const FRAME_HEADER_BYTES = 8;
export const MIN_DATA_OFFSET = 2;
export const FrameType = { amqp: 0, sasl: 1 } as const;

/** Protocol headers (§2.2): `AMQP`, what follows, and version 1.0.0. */
export const PROTOCOL_HEADER_START = 0x41;
export const ProtocolId = { amqp: 0, tls: 2, sasl: 3 } as const;
/** Where in a protocol header it says what follows. */
export const PROTOCOL_ID_AT = 4;

/** Descriptors that are numbers: performatives (§2.7), delivery states (§3.4), terminuses (§3.5), sections (§3.2), SASL frames (§5.3.3). */
export const Descriptor = {
  open: 0x10,
  begin: 0x11,
  attach: 0x12,
  flow: 0x13,
  transfer: 0x14,
  disposition: 0x15,
  detach: 0x16,
  end: 0x17,
  close: 0x18,
  error: 0x1d,
  accepted: 0x24,
  rejected: 0x25,
  released: 0x26,
  modified: 0x27,
  transactionalState: 0x34,
  saslMechanisms: 0x40,
  saslInit: 0x41,
  saslChallenge: 0x42,
  saslResponse: 0x43,
  saslOutcome: 0x44,
  header: 0x70,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  sequence: 0x76,
  value: 0x77,
} as const;

/** Constructors (§1.6) that are looked at by themselves. */
export const Constructor = {
  described: 0x00,
  smallUlong: 0x53,
  list0: 0x45,
  list8: 0xc0,
  list32: 0xd0,
  binary8: 0xa0,
  string8: 0xa1,
  binary32: 0xb0,
  string32: 0xb1,
} as const;

/** True where a frame of this type may begin with this performative. */
export function isPerformative(type: number, code: number): boolean {
  if (type === FrameType.sasl) return code >= Descriptor.saslMechanisms && code <= Descriptor.saslOutcome;
  return code >= Descriptor.open && code <= Descriptor.close;
}
