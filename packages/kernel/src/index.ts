export {
  isProfileAbility,
  KERNEL_ABILITIES,
  type KernelAbility,
  type KernelAbilityName,
  type ProfileAbilityName,
} from "./abilities.ts";
export type { DropCause } from "./drops/drop-names.ts";
export { DROP_KINDS, type DropKind } from "./drops/kinds.ts";
export type { DropEvent } from "./events/drops.ts";
export type { SocketEnds, SocketOwner } from "./events/layout.ts";
export type { SocketEvent } from "./events/sockets.ts";
export type { TlsEvent } from "./events/tls.ts";
export { type DropTotal, type KernelCost, KernelWatch } from "./kernel-watch.ts";
export type { MeasuredPlace } from "./profiles/place-table.ts";
export type { ProfileOptions } from "./profiles/profile-source.ts";
export type { KernelEvent } from "./sources.ts";
export type { Frame } from "./symbols/perf-map.ts";
export { type SymbolCounts, Symbolizer } from "./symbols/symbolizer.ts";
