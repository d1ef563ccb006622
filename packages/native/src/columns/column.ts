/** A column that is being filled. */
export interface ColumnWriter {
  /** ClickHouse's name of its type. */
  readonly type: string;
  /** Bytes that it has so far. */
  readonly length: number;
  /** The next cell; nothing stands for what the type has for nothing: zero, an empty text. */
  append(value: unknown): void;
  /** Remembers what there is, for {@link rollback}. */
  mark(): void;
  /** Forgets what came since {@link mark}. */
  rollback(): void;
  clear(): void;
  /** Its bytes, one piece behind the other, as long as nothing more is added. */
  pieces(): Uint8Array[];
}
