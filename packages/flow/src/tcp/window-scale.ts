import { SideInt } from "../memory/connection-record.ts";

/** Scaling is used only where both SYNs offered it (RFC 7323 §2.2); Wireshark writes -2 where it is known to be unused. */
export function agreeOnScaling(ints: Int32Array, forward: number, reverse: number, isAnswer: boolean): void {
  if (ints[forward + SideInt.windowScale] === -1) {
    ints[forward + SideInt.windowScale] = -2;
    ints[reverse + SideInt.windowScale] = -2;
  } else if (isAnswer && ints[reverse + SideInt.windowScale] === -2) {
    ints[forward + SideInt.windowScale] = -2;
  }
}
