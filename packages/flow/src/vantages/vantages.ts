/** The places at which packets are seen, by the numbers that packets bear as `interfaceId`. */
export interface Vantages {
  /** What people call it, e.g. `eth0`. */
  nameOf(number: number): string;
  /** How near it is to the processes of the host that it is on: of two that see the same packet, the one with the larger number is nearer. */
  nearnessOf(number: number): number;
}

/** Of the connections' memory the one that a packet is of: its record, with its base in `ints`. */
export interface CurrentConnection {
  readonly ints: Int32Array;
  readonly reals: Float64Array;
  readonly base: number;
  readonly record: number;
}
