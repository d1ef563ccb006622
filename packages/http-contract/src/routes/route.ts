import type { z } from "zod";
import type { Right } from "../right.ts";

/** One operation of the HTTP API. The hub serves it, the console and the CLI call it, OpenAPI is generated from it. */
export interface Route {
  readonly method: "get" | "post" | "delete";
  /** With `{name}` parameters, as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  /** Content type of a raw request body. */
  readonly requestBody?: string;
  /** Shape of a JSON request body. */
  readonly requestJson?: z.ZodType;
  /** Content type of the same answer line by line, for those who accept it. */
  readonly streamedAs?: string;
  /** JSON answer, or the content type of a raw one. */
  readonly response: z.ZodType | string;
  readonly status: 200 | 202;
  /** What a caller needs to be allowed; `nothing` where everybody may ask. To read where a route only reads, else to write. */
  readonly right?: Right | "nothing";
}

/** What a caller of a route needs to be allowed. */
export function rightOf({ method, right }: Route): Right | "nothing" {
  return right ?? (method === "get" ? "read" : "write");
}
