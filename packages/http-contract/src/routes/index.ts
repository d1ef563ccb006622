import { accessRoutes } from "./access.ts";
import { agentsRoutes } from "./agents.ts";
import { capturesRoutes } from "./captures.ts";
import { questionsRoutes } from "./questions.ts";
import { recordsRoutes } from "./records.ts";
import type { Route } from "./route.ts";
import { telemetryRoutes } from "./telemetry.ts";

/** All operations of the HTTP API, by name. */
export const ROUTES = {
  ...capturesRoutes,
  ...recordsRoutes,
  ...questionsRoutes,
  ...agentsRoutes,
  ...telemetryRoutes,
  ...accessRoutes,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;
