import type { Hono } from "hono";
import type { Doors } from "../doors/doors.ts";
import { jaegerRoutes } from "./jaeger/routes.ts";
import { lokiRoutes } from "./loki/routes.ts";
import { prometheusRoutes } from "./prometheus/routes.ts";
import type { ReaderParts, ReaderRoute } from "./reader.ts";
import { tempoRoutes } from "./tempo/routes.ts";

/** Every route of APIs of others'. */
export function readerRoutes(parts: ReaderParts): readonly ReaderRoute[] {
  return [...prometheusRoutes(parts), ...lokiRoutes(parts), ...tempoRoutes(parts), ...jaegerRoutes(parts)];
}

/** Serves them to those who may read. */
export function serveReaders(app: Hono, doors: Doors, routes: readonly ReaderRoute[]): void {
  for (const { methods, path, handler, isHeld } of routes)
    app.on([...methods], path, (context) => doors.admit(context, "read", (caller) => handler(context, caller), isHeld));
}
