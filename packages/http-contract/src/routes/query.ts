import { parseUnixNs } from "@weir/base";
import { z } from "zod";

/** How many a list gives at once. */
export const limit = z.coerce.number().int().min(1).max(1000).default(100);
/** What every list takes: which capture (all when absent), which filter, how many, where to go on. */
export const listQuery = z.object({
  capture: z.string().optional(),
  filter: z.string().optional(),
  limit,
  offset: z.coerce.number().int().min(0).default(0),
});
/** Which capture, and which filter. */
export const scopeQuery = listQuery.pick({ capture: true, filter: true });
/** One page of a list. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), total: z.number().int() });

/** What tools call pcapng files; IANA has no name for them. */
export const PCAPNG_TYPE = "application/x-pcapng";

/** A moment of RFC 3339. */
export const moment = z
  .string()
  .refine((text) => parseUnixNs(text) !== undefined, "a moment looks like 2026-03-01T12:00:00Z")
  .optional();
