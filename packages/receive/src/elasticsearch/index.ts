import type { UnixNs } from "@weir/base";
import { type OtelLogRow, otelLogs } from "@weir/model";
import { reading } from "../message/read-request.ts";
import { BrokenMessage } from "../message/reader.ts";
import type { Reading } from "../received.ts";
import { type BulkAction, type BulkEntry, bulkEntries, objectOf } from "./bulk.ts";
import { documentRow } from "./document.ts";

/** What is answered of one action. */
export interface BulkItem {
  readonly action: BulkAction;
  readonly index: string;
  readonly id: string | undefined;
  /** Absent where it is kept. */
  readonly error?: { readonly type: string; readonly reason: string };
}

/** A bulk request, read: rows, and what is to be answered of each action. */
export interface Bulk {
  readonly reading: Reading;
  readonly items: readonly BulkItem[];
}

/** Elasticsearch's names of what is wrong. */
const NO_ACTION = "illegal_argument_exception";
const UNSUPPORTED = "action_request_validation_exception";

type Outcome = OtelLogRow | { readonly type: string; readonly reason: string };

/** Reads a request to Elasticsearch's `_bulk` as rows of `otel_logs`: documents that are created or indexed. Input never throws. */
export function readBulk(body: Uint8Array, index: string, receivedAt: UnixNs): Bulk {
  const items: BulkItem[] = [];
  const read = reading((_, rejections) => {
    const rows: OtelLogRow[] = [];
    for (const entry of bulkEntries(body, index)) {
      const outcome = outcomeOf(entry, receivedAt);
      const { action, index: named, id } = entry;
      if (!("type" in outcome)) {
        rows.push(outcome);
        items.push({ action, index: named, id });
        continue;
      }
      rejections.add(outcome.type === UNSUPPORTED ? "unsupportedAction" : "unreadable", outcome.reason);
      items.push({ action, index: named, id, error: outcome });
    }
    // Where not one line is an action, it is no bulk request.
    if (items.every(({ error }) => error?.type === NO_ACTION)) {
      throw new BrokenMessage(items[0]?.error?.reason ?? "the request has no action");
    }
    return [{ table: otelLogs, rows }];
  });
  return { reading: read, items };
}

/** The row, or Elasticsearch's name of what is wrong. */
function outcomeOf({ action, index, source, broken }: BulkEntry, receivedAt: UnixNs): Outcome {
  if (broken !== undefined) return { type: NO_ACTION, reason: broken };
  if (action === "update" || action === "delete") {
    return { type: UNSUPPORTED, reason: `${action}: log records are added, never changed` };
  }
  const document = objectOf(source ?? "");
  if (document === undefined) {
    return { type: "document_parsing_exception", reason: `"${(source ?? "").slice(0, 60)}" is no JSON object` };
  }
  try {
    return documentRow(document, index, receivedAt);
  } catch (error) {
    if (error instanceof BrokenMessage) return { type: "document_parsing_exception", reason: error.message };
    throw error;
  }
}
