import type { SchemaText } from "../schema.ts";

/** What is known of one API. */
export interface ApiSchema {
  readonly name: string;
  /** The newest version that the schemas were written for. */
  readonly newest: number;
  /** The first version with compact lengths and tagged fields (KIP-482); absent where none has them. */
  readonly flexibleFrom?: number;
  /** Without one the body is not read. */
  readonly request?: SchemaText;
  readonly response?: SchemaText;
}

/** APIs by their keys. */
export type ApiSchemas = Readonly<Record<number, ApiSchema>>;
