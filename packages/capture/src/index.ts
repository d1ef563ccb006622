export { type Ability, type Ground, probeAbilities, probeGround } from "./abilities.ts";
export { errnoName, type Koffi, type Libc, loadLibrary, loadNative } from "./ffi.ts";
export { type FilterCompiler, filterCompiler } from "./filter/compile.ts";
export type { OwnEndpoint } from "./filter/own-traffic.ts";
export { type CaptureFilter, captureProgram } from "./filter/program.ts";
export { PollSet } from "./poll-set.ts";
export type { Frame } from "./ring/frame.ts";
export { type FrameHandler, type RingCounts, RingReader } from "./ring/reader.ts";
export type { RingOptions, Vantage } from "./ring/ring.ts";
