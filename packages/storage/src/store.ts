import { ensure, WeirError } from "@weir/base";
import {
  type Call,
  type Capture,
  type Connection,
  callRecord,
  captureRecord,
  connectionRecord,
  type Delivery,
  deliveryRecord,
  type Finding,
  findingRecord,
  type IngestTable,
  type RecordDefinition,
  type Retry,
  retryRecord,
  snakeCase,
} from "@weir/model";
import { columnNames, type EncodedRows, encodeRows } from "@weir/native";
import type { StoreAddress } from "./address.ts";
import type { DiskGuard } from "./disk-guard.ts";
import { fromRow, toRow } from "./rows.ts";
import { selectList } from "./schema/columns.ts";
import { type OpenSchema, openSchema } from "./schema/open.ts";
import { mendRollups } from "./schema/rollups/mend.ts";
import { Session } from "./session.ts";

/** A condition in SQL with its parameters, as the filter language compiles it. */
export interface SqlCondition {
  readonly where: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Which rows are asked for. */
export interface Scope {
  /** One capture; all where absent. */
  readonly captureId?: string | undefined;
  readonly condition?: SqlCondition | undefined;
}

export interface ListOptions extends Scope {
  /** SQL order, one of ours. */
  readonly orderBy: string;
  readonly limit: number;
  readonly offset: number;
}

/** One page of a list, in the records' JSON form, with how many there are in all. */
export interface Page {
  readonly items: Record<string, unknown>[];
  readonly total: number;
}

/** Weir's records in ClickHouse. Every failure is a WeirError that says what to do. */
export class Store {
  readonly #address: StoreAddress;
  readonly #session: Session;
  readonly #disk: DiskGuard | undefined;
  #schema: OpenSchema | undefined;

  /** `disk` watches over the room of an embedded engine; a server of one's own has its own ways. */
  constructor(address: StoreAddress, disk?: DiskGuard) {
    this.#address = address;
    this.#disk = disk;
    this.#session = new Session(address);
  }

  /** Brings the schema up to date, on all hosts of a cluster. */
  async open(): Promise<void> {
    await this.#schema?.close();
    this.#schema = await openSchema(this.#address);
  }

  async close(): Promise<void> {
    await this.#schema?.close();
    await this.#session.close();
  }

  isAnswering(): Promise<boolean> {
    return this.#session.isAnswering();
  }

  /**
   * Inserts one batch; returns when it is on disk. `token` names the batch: the same token again adds nothing, so a batch whose
   * acknowledgement was lost is simply sent again.
   */
  async insert(definition: RecordDefinition, records: readonly object[], token: string): Promise<void> {
    const columns = definition.fields.map(({ name }) => snakeCase(name));
    const rows = records.map((record) => toRow(definition, record));
    await this.insertRows(definition.table, columns, rows, token);
  }

  /** Inserts one batch of rows, cells in the order of `columns`; else as {@link insert}. */
  async insertRows(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
    token: string,
  ): Promise<void> {
    if (rows.length === 0) return;
    await this.#disk?.assertRoom();
    await this.#session.insert({ table, columns, rows, token });
  }

  /** Inserts one batch that comes as a block of ClickHouse's Native format, which is not read here; else as {@link insert}. */
  async insertBlock(table: string, block: Uint8Array, token: string): Promise<void> {
    await this.#disk?.assertRoom();
    await this.#session.insertBlock(table, block, token);
  }

  /** Makes a capture's rollups right; to be called when all its batches are acknowledged. */
  mendRollups(captureId: string): Promise<void> {
    return mendRollups(this.#session, ensure(this.#schema, "the store was not opened"), captureId);
  }

  /** Inserts one batch of received rows: of a table of OpenTelemetry's, named by its columns, or of records; else as {@link insert}. */
  insertInto(table: IngestTable, rows: readonly object[], token: string): Promise<void> {
    return this.insertEncoded(table, [...encodeRows(table, rows)], token);
  }

  /** The same for rows that are encoded already, one or more blocks as one batch. */
  async insertEncoded(table: IngestTable, encoded: readonly EncodedRows[], token: string): Promise<void> {
    if (encoded.length === 0) return;
    await this.#disk?.assertRoom();
    const blocks = encoded.map(({ bytes }) => bytes);
    await this.#session.insertBlocks({ table: table.table, columns: columnNames(table), blocks, token });
  }

  insertConnections(rows: readonly Connection[], token: string): Promise<void> {
    return this.insert(connectionRecord, rows, token);
  }

  insertCalls(rows: readonly Call[], token: string): Promise<void> {
    return this.insert(callRecord, rows, token);
  }

  insertRetries(rows: readonly Retry[], token: string): Promise<void> {
    return this.insert(retryRecord, rows, token);
  }

  insertDeliveries(rows: readonly Delivery[], token: string): Promise<void> {
    return this.insert(deliveryRecord, rows, token);
  }

  insertFindings(rows: readonly Finding[], token: string): Promise<void> {
    return this.insert(findingRecord, rows, token);
  }

  /** Inserts the row of a capture all of whose other records are acknowledged; its rollups are right from then on. */
  async insertCapture(capture: Capture, token: string): Promise<void> {
    await this.mendRollups(capture.captureId);
    await this.insert(captureRecord, [capture], token);
  }

  /** Rows of a table that match, one page of them. */
  async list(definition: RecordDefinition, options: ListOptions): Promise<Page> {
    const { where, params } = conditionOf(options);
    const rows = await this.rows(
      `SELECT ${selectList(definition)} FROM ${definition.table} WHERE ${where} ORDER BY ${options.orderBy} LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
      { ...params, limit: options.limit, offset: options.offset },
    );
    const counted = await this.rows<{ total: number }>(
      `SELECT count() AS total FROM ${definition.table} WHERE ${where}`,
      params,
    );
    return { items: rows.map((row) => fromRow(definition, row)), total: counted[0]?.total ?? 0 };
  }

  /** One row by its id; undefined where there is none. */
  async byId(definition: RecordDefinition, column: string, id: string): Promise<Record<string, unknown> | undefined> {
    const rows = await this.rows(
      `SELECT ${selectList(definition)} FROM ${definition.table} WHERE ${column} = {id:String} LIMIT 1`,
      { id },
    );
    return rows[0] === undefined ? undefined : fromRow(definition, rows[0]);
  }

  /** Runs one of our queries. */
  rows<Row = Record<string, unknown>>(query: string, params: Readonly<Record<string, unknown>>): Promise<Row[]> {
    return this.#session.rows<Row>(query, params);
  }
}

/** The condition of a scope as SQL; always true where nothing is asked for. */
export function conditionOf({ captureId, condition }: Scope): SqlCondition {
  const parts = [
    captureId === undefined ? "" : "capture_id = {captureId:String}",
    condition === undefined ? "" : `(${condition.where})`,
  ].filter((part) => part !== "");
  return {
    where: parts.length === 0 ? "1" : parts.join(" AND "),
    params: { ...(captureId === undefined ? {} : { captureId }), ...condition?.params },
  };
}

/** Says that something with this id does not exist. */
export function notFound(what: string, id: string): WeirError {
  return new WeirError(
    "NOT_FOUND",
    `there is no ${what} ${id}`,
    "It may belong to a capture that was not imported here",
  );
}
