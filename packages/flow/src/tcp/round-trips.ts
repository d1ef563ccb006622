import { SideInt, SideReal, type TcpMemory } from "./memory.ts";

/** Takes a round trip that a side's data measured. */
export function sampleRtt({ ints, reals }: TcpMemory, side: number, durationNs: number): void {
  const real = side >> 1;
  ints[side + SideInt.rttSamples]! += 1;
  reals[real + SideReal.rttSumNs]! += durationNs;
  if (durationNs < reals[real + SideReal.rttMinNs]!) reals[real + SideReal.rttMinNs] = durationNs;
  if (durationNs > reals[real + SideReal.rttMaxNs]!) reals[real + SideReal.rttMaxNs] = durationNs;
}
