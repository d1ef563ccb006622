import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { serveStatic } from "@hono/node-server/serve-static";
import { WeirError } from "@weir/base";
import { ROUTES, type Route, type RouteName, rightOf } from "@weir/http-contract";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { AuditLog } from "./doors/audit-log.ts";
import { addressOf, type Doors } from "./doors/doors.ts";
import { LOCAL_CALLER } from "./doors/rights.ts";
import type { Handler } from "./handler.ts";
import { openApiDocument } from "./openapi.ts";
import { answerOf } from "./problems.ts";
import type { ReaderRoute } from "./readers/reader.ts";
import { serveReaders } from "./readers/readers.ts";

export interface AppParts {
  readonly handlers: Readonly<Record<RouteName, Handler>>;
  readonly doors: Doors;
  readonly audit: AuditLog;
  readonly readers: readonly ReaderRoute[];
  readonly consoleDir: string;
  readonly log: (line: string) => void;
}

/** What the hub answers: the API, each route for those who have its right, and the console, which holds no data and is for everybody. */
export function createApp({ handlers, doors, audit, readers, consoleDir, log }: AppParts): Hono {
  const app = new Hono();
  app.use(secureHeaders(HEADERS));
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    const right = rightOf(route);
    const handler = handlers[name];
    app.on(route.method.toUpperCase(), route.path.replace(/\{(\w+)\}/g, ":$1"), (context) =>
      right === "nothing"
        ? doors.withoutAsking(context, () => handler(context, LOCAL_CALLER))
        : doors.admit(context, right, (caller) => handler(context, caller), route.isHeld),
    );
  }
  serveReaders(app, doors, readers);
  app.get("/api/openapi.json", (context) => context.json(openApiDocument()));
  app.all("/api/*", () => {
    throw new WeirError("NOT_FOUND", "there is no such path in the API", "GET /api/openapi.json lists all");
  });
  serveConsole(app, consoleDir);
  app.onError(async (error, context) => {
    const { status, problem, retryAfterSeconds } = answerOf(error);
    if (status === 500) log(`${context.req.method} ${context.req.path}: ${error.stack ?? error.message}`);
    if (retryAfterSeconds !== undefined) context.header("retry-after", String(retryAfterSeconds));
    if (status === 401) context.header("www-authenticate", 'Bearer realm="weir"');
    if (status === 403) await doors.noteRefusal(context, audit, addressOf(context));
    return context.json(problem, status);
  });
  return app;
}

/** The console loads nothing from elsewhere, and no page of others may frame it. */
const HEADERS: Parameters<typeof secureHeaders>[0] = {
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", "data:"],
    // Places of bars and boxes are written as style attributes.
    styleSrc: ["'self'", "'unsafe-inline'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
  referrerPolicy: "no-referrer",
  // A hub without TLS must not tell browsers that it has it.
  strictTransportSecurity: false,
};

/** The console's files; every other path is a page of it. */
function serveConsole(app: Hono, consoleDir: string): void {
  if (!existsSync(join(consoleDir, "index.html"))) {
    app.get("*", (context) => context.text("The console is not built. Run: npm run build", 404));
    return;
  }
  app.use("*", serveStatic({ root: relative(process.cwd(), consoleDir) }));
  app.get("*", async (context) => context.html(await readFile(join(consoleDir, "index.html"), "utf8")));
}
