import { PROTOCOL_RECORDS } from "@weir/protocols/records";
import { checkFilter, type FilterTable, queryEnvironments, whereSql } from "@weir/query";
import type { Scope } from "@weir/storage";
import { FilterError } from "./problems.ts";

/** What filters and questions can name, by record. */
export const ENVIRONMENTS = queryEnvironments(PROTOCOL_RECORDS);
/** What filters of connections and calls can name. */
export const FILTER_ENVIRONMENT = ENVIRONMENTS.call;

/** The scope of a list: one capture or all, and a filter compiled for the table that is read. */
export function scopeOf(
  query: { readonly capture?: string | undefined; readonly filter?: string | undefined },
  table: FilterTable,
): Scope {
  const captureId = query.capture === undefined || query.capture === "" ? undefined : query.capture;
  const text = query.filter?.trim() ?? "";
  if (text === "") return { captureId };
  const checked = checkFilter(text, FILTER_ENVIRONMENT);
  if (checked.kind !== "ok") throw new FilterError(checked);
  const condition = whereSql(
    checked.filter,
    table,
    captureId === undefined ? {} : { scope: "capture_id = {captureId:String}" },
  );
  return { captureId, condition };
}
