import { z } from "zod";
import { ApiFailure } from "./api-failure.ts";
import { get, linesOf } from "./get.ts";
import type { ClusterAccess } from "./kube-config.ts";
import { parseJson } from "./list.ts";

const MAX_EVENT_BYTES = 16 << 20;

const eventSchema = z.object({
  type: z.enum(["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]),
  object: z.looseObject({ metadata: z.looseObject({ resourceVersion: z.string().optional() }).optional() }),
});
const statusSchema = z.object({
  code: z.number().optional(),
  message: z.string().optional(),
  details: z.object({ retryAfterSeconds: z.number().optional() }).nullish(),
});

/** One event of a watch. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  /** The version that is reached with it. */
  readonly version: string;
  readonly object: unknown;
}

/** What a watch tells beside its events. */
export interface WatchListener {
  /** The server has taken it up. */
  opened(): void;
  /** A line is no event. */
  unreadable(): void;
}

/** Watches what is at `path` from a version on, until the server ends it. Throws {@link ApiFailure} for what the server refuses. */
export async function* watchEvents(
  access: ClusterAccess,
  path: string,
  query: {
    readonly resourceVersion: string;
    readonly fieldSelector: string | undefined;
    readonly timeoutSeconds: number;
  },
  listener: WatchListener,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const answer = await get(access, path, { ...query, watch: "true", allowWatchBookmarks: "true" }, signal);
  listener.opened();
  for await (const line of linesOf(answer, MAX_EVENT_BYTES)) {
    if (line.trim() === "") continue;
    const parsed = eventSchema.safeParse(parseJson(line));
    if (!parsed.success) {
      listener.unreadable();
      continue;
    }
    const { type, object } = parsed.data;
    if (type === "ERROR") throw failureOf(object);
    yield { type, version: object.metadata?.resourceVersion ?? "", object };
  }
}

function failureOf(object: unknown): ApiFailure {
  const { code, message, details } = statusSchema.safeParse(object).data ?? {};
  const seconds = details?.retryAfterSeconds;
  return new ApiFailure(
    `the watch ends: ${message ?? "the server does not say why"}`,
    code,
    seconds === undefined ? undefined : seconds * 1_000,
  );
}
