/** What threads need that only make rows ready: without a client of ClickHouse. */
export { type EncodedRows, encodeRows } from "./ingest/encode-rows.ts";
