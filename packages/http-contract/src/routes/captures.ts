import { z } from "zod";
import { captureSchema } from "../records.ts";
import { importStateSchema } from "../views.ts";
import { page } from "./query.ts";
import type { Route } from "./route.ts";

/** The hub itself, and the captures that it has taken. */
export const capturesRoutes = {
  health: {
    method: "get",
    path: "/api/health",
    right: "nothing",
    summary: "Is the hub up, is its store, how much room is left",
    response: z.object({
      status: z.enum(["ok", "degraded"]),
      store: z.enum(["up", "down"]),
      version: z.string(),
      diskFreeBytes: z.number(),
      diskTotalBytes: z.number(),
      writing: z.enum(["ok", "refused"]).describe("refused: less than 5 % or 2 GB of the disk are free"),
      engine: z
        .object({
          restarts: z.number().int().describe("Times that it was started again after a crash"),
          memoryBytes: z.number().int().optional(),
          memoryLimitBytes: z.number().int(),
        })
        .optional()
        .describe("The embedded engine; absent with a ClickHouse of one's own"),
    }),
    status: 200,
  },
  listCaptures: {
    method: "get",
    path: "/api/captures",
    summary: "Captures, newest import first",
    response: page(captureSchema),
    status: 200,
  },
  uploadCapture: {
    method: "post",
    path: "/api/captures",
    summary:
      "Upload a capture file. Answers when the file is safe on disk; follow the import for the rest. The same content twice adds nothing",
    query: z.object({ name: z.string().default("upload.pcap") }),
    requestBody: "application/octet-stream",
    response: importStateSchema.extend({ duplicate: z.boolean() }),
    status: 202,
  },
  listImports: {
    method: "get",
    path: "/api/imports",
    summary: "Imports and where they stand, newest first",
    response: page(importStateSchema),
    status: 200,
  },
  getImport: {
    method: "get",
    path: "/api/imports/{captureId}",
    summary: "Where one import stands",
    response: importStateSchema,
    status: 200,
  },
} as const satisfies Record<string, Route>;
