export type { AnalysisConfig } from "./config.ts";
export type { Detector, DetectorDescription } from "./contract.ts";
export { createDetectors, DETECTOR_DESCRIPTIONS } from "./detectors.ts";
export { OTHER_CLIENTS } from "./edges.ts";
export { rankFindings } from "./rank.ts";
