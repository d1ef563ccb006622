/** Frames of AMQP 0-9-1 (§2.3): type, channel, size, payload, and an octet that ends it. */
export const FrameType = { method: 1, header: 2, body: 3, heartbeat: 8 } as const;
export const FRAME_HEADER_BYTES = 7;
export const FRAME_END = 0xce;
/** The protocol header that the client begins with (§4.2.2): `AMQP` and four bytes of version. */
export const PROTOCOL_HEADER_BYTES = 8;
/** Its first letter, which is no frame type. */
export const PROTOCOL_HEADER_START = 0x41;

/** True for the types of frames that there are. */
export function isFrameType(type: number): boolean {
  return (type >= FrameType.method && type <= FrameType.body) || type === FrameType.heartbeat;
}
