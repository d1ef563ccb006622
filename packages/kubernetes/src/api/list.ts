import { z } from "zod";
import { ApiFailure } from "./api-failure.ts";
import { bodyOf, get } from "./get.ts";
import type { ClusterAccess } from "./kube-config.ts";

/** Objects per page: what one answer holds in memory at once. */
export const PAGE_OBJECTS = 500;
const MAX_PAGE_BYTES = 128 << 20;

const pageSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().nullish() }),
  items: z.array(z.unknown()).nullish(),
});

/** One page of a list. */
export interface Page {
  /** The version that the list is of, from where it can be watched. */
  readonly version: string;
  readonly items: readonly unknown[];
}

/** Lists what is at `path`, page by page. */
export async function* listPages(
  access: ClusterAccess,
  path: string,
  fieldSelector: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Page> {
  let next: string | undefined;
  do {
    const answer = await get(access, path, { limit: PAGE_OBJECTS, continue: next, fieldSelector }, signal);
    const parsed = pageSchema.safeParse(parseJson(await bodyOf(answer, MAX_PAGE_BYTES)));
    if (!parsed.success) throw new ApiFailure(`what the API server answers at ${path} is no list`);
    const { metadata, items } = parsed.data;
    yield { version: metadata.resourceVersion, items: items ?? [] };
    next = metadata.continue ?? undefined;
  } while (next !== undefined && next !== "");
}

/** A value of JSON; undefined where the text is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
