import type { RungKind } from "./ladder-layout.ts";

/** The shape of each kind of trouble, 12 by 12 around the middle, so that it does not hang on colour. */
const SHAPES: Readonly<Record<RungKind, string>> = {
  resent: "M4.5,-1.5A4.7,4.7 0 1 0 4.5,2M4.8,-5V-1.2H1",
  lost: "M-4.5,-4.5L4.5,4.5M4.5,-4.5L-4.5,4.5",
  window: "M-4.5,-4.5H4.5V4.5H-4.5z",
  reset: "M-2,-5H2L5,-2V2L2,5H-2L-5,2V-2zM-2,-2L2,2M2,-2L-2,2",
  reordered: "M0,-5.5L5.5,0L0,5.5L-5.5,0z",
  duplicate: "M-4.5,-2H4.5M-4.5,2H4.5",
  keepAlive: "M-5,0H-2L0,-4L1.5,4L3,0H5",
  plain: "",
};

/** The sign of a kind of packet. */
export function RungSign({ kind, x, y }: { readonly kind: RungKind; readonly x: number; readonly y: number }) {
  return <path d={SHAPES[kind]} transform={`translate(${x},${y})`} className="rung-sign" />;
}
