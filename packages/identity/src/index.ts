export { canonicalAddress } from "./canonical-address.ts";
export { NAME_SOURCES, type NameSource, Names, type NamesLimits, type ResolvedName } from "./names.ts";
