export { addressBytes, canonicalAddress } from "./canonical-address.ts";
export { NAME_SOURCES, type NameSource, Names, type NamesLimits, type ResolvedName } from "./names.ts";
export { containerIdOf } from "./process/container.ts";
export { maskedCommandLine } from "./process/mask.ts";
export { parseOwnAddresses, parseSocketTable, type Socket } from "./process/socket-table.ts";
