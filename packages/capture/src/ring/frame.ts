/** LINKTYPE numbers of the frames that a ring gives (https://www.tcpdump.org/linktypes.html). */
export const LinkType = { ethernet: 1, raw: 101 } as const;

/** One captured frame, in the ring's memory. Borrowed: the next one overwrites it, and the kernel its bytes. */
export class Frame {
  /** The frame is `bytes[start..end)`; `view` is over the same memory. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  end = 0;
  /** Its length on the wire; larger than what was captured where the snap length cut it. */
  wireBytes = 0;
  /** Unix time of its arrival. */
  seconds = 0;
  nanoseconds = 0;
  linkType = 0;
  /** The kernel's number of the interface that it was seen on. */
  interfaceIndex = 0;
  /** The sender left the checksum to the network card: what is captured does not hold it yet. */
  isChecksumPending = false;
  /** The kernel handled several segments as one packet (GSO, GRO): packets are fewer than on the wire. */
  isSuperFrame = false;
}
