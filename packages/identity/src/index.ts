export { type NameSource, Names, type ResolvedName } from "./names.ts";
