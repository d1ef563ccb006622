import { httpReceiver } from "../http/server.ts";
import { httpStatus } from "../http/status.ts";

/** Zipkin's API v2 (https://zipkin.io/zipkin-api/): spans as JSON, or as Protocol Buffers. */
export const zipkin = httpReceiver({ name: "zipkin", title: "Zipkin", standardPort: 9411 }, [
  {
    method: "POST",
    path: "/api/v2/spans",
    async handle({ contentType, body }, intake) {
      const encoding = contentType === "application/x-protobuf" ? "protobuf" : "json";
      await intake.takeBody(encoding, "zipkin", body, encoding);
      return { status: 202 };
    },
    failure: ({ reason, message }) => ({ status: httpStatus(reason), body: `${message}\n` }),
  },
]);
