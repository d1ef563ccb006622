import { ClickHouseError } from "@clickhouse/client";

/** What ClickHouse says of rows that it will never take. Everything else (no disk, no memory, too many parts) passes with time. */
const OF_THE_ROWS =
  /^(CANNOT_PARSE|CANNOT_READ|CANNOT_CONVERT|INCORRECT_DATA|TYPE_MISMATCH|VALUE_IS_OUT_OF_RANGE|ARGUMENT_OUT_OF_BOUND|DECIMAL_OVERFLOW|SIZES_OF_ARRAYS|ILLEGAL_COLUMN|TOO_LARGE)/;

/** True where sending the same rows again is of no use. */
export function isRefusal(error: unknown): error is ClickHouseError {
  return error instanceof ClickHouseError && OF_THE_ROWS.test(error.type ?? "");
}
