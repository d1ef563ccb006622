import { undoCoding } from "../http/body.ts";
import { httpReceiver } from "../http/server.ts";
import { httpStatus } from "../http/status.ts";

/** Loki's push API: JSON, or Protocol Buffers in Snappy's block format, which no header names. */
export const loki = httpReceiver({ name: "loki", title: "Loki push", standardPort: 3100 }, [
  {
    method: "POST",
    path: "/loki/api/v1/push",
    async handle({ headers, contentType, body }, intake) {
      if (contentType === "application/json") {
        await intake.takeBody("json", "loki", body, "json");
      } else {
        const message =
          headers["content-encoding"] === undefined ? await undoCoding("snappy", body, intake.pool) : body;
        await intake.takeBody("protobuf", "loki", message, "protobuf");
      }
      return { status: 204 };
    },
    failure: ({ reason, message }) => ({ status: httpStatus(reason), body: `${message}\n` }),
  },
]);
