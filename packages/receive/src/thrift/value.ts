/** A struct of Apache Thrift as it stands in the bytes: values by field id. It tells its types itself; what they mean is for who reads it. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;
/** Whole numbers of 64 bits are bigints, smaller ones numbers. */
export type ThriftValue = boolean | number | bigint | Uint8Array | readonly ThriftValue[] | ThriftStruct;

/** Reads values of one of Thrift's encodings. Throws {@link BrokenMessage}. */
export interface ThriftReader {
  /** Head of a message; its arguments are the struct behind it. */
  messageName(): string;
  struct(): ThriftStruct;
}

/** Structs inside of structs: honest ones nest a few levels deep. */
export const MAX_DEPTH = 16;
