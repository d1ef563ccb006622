export { KERNEL_ABILITIES, type KernelAbility, type KernelAbilityName } from "./abilities.ts";
export type { SocketEnds, SocketOwner } from "./events/layout.ts";
export type { SocketEvent } from "./events/sockets.ts";
export { type KernelCost, type KernelEvent, KernelWatch } from "./kernel-watch.ts";
