import { loadNative } from "./ffi.ts";

/** `PR_SET_NAME` (man 2 prctl). */
const SET_NAME = 15;

/** Names the calling thread, for `top -H`, `/proc` and whoever else asks the kernel: 15 letters at most. Nothing happens where C cannot be called. */
export function nameThread(name: string): void {
  const native = loadNative();
  if (!(native instanceof Error)) native.libc.prctl(SET_NAME, name, 0, 0, 0);
}
