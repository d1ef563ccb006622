import { callRecord } from "./call.ts";
import { captureRecord } from "./capture.ts";
import { connectionRecord } from "./connection/index.ts";
import { deliveryRecord } from "./delivery.ts";
import { findingRecord } from "./finding.ts";
import { retryRecord } from "./retry.ts";

/** Every record of Weir's own, in the order in which they come into being. */
export const RECORDS = [
  captureRecord,
  connectionRecord,
  callRecord,
  retryRecord,
  deliveryRecord,
  findingRecord,
] as const;

/** The records that questions can be about. */
export const RECORD_WORDS = [
  "connection",
  "call",
  "finding",
  "retry",
  "delivery",
  "span",
  "log",
  "metric",
  "profile",
] as const;
export type RecordWord = (typeof RECORD_WORDS)[number];
