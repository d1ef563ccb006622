import type { z } from "zod";
import type { Right } from "../right.ts";

/** One operation of the HTTP API. The hub serves it, the console and the CLI call it, OpenAPI is generated from it. */
export interface Route {
  readonly method: "get" | "put" | "post" | "delete";
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
  /** True where the answer may be held back for a while, until there is something to say: it counts as none of those that a caller may ask for at once. */
  readonly isHeld?: true;
  /** What a caller needs to be allowed; `nothing` where everybody may ask. To read where a route only reads, else to write. */
  readonly right?: Right | "nothing";
}

/** What a caller of a route needs to be allowed. */
export function rightOf({ method, right }: Route): Right | "nothing" {
  return right ?? (method === "get" ? "read" : "write");
}
