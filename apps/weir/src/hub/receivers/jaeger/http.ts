import { BadRequest } from "../failure.ts";
import { httpReceiver } from "../http/server.ts";
import { httpStatus } from "../http/status.ts";

const CONTENT_TYPES = ["application/x-thrift", "application/vnd.apache.thrift.binary"];

/** Jaeger's collector for its clients (https://www.jaegertracing.io/docs/1.76/architecture/apis/): a batch in Thrift's binary protocol. */
export const jaegerHttp = httpReceiver({ name: "jaeger-http", title: "Jaeger over HTTP", standardPort: 14268 }, [
  {
    method: "POST",
    path: "/api/traces",
    async handle({ contentType, body }, intake) {
      if (!CONTENT_TYPES.includes(contentType)) {
        throw new BadRequest("unsupported", `"${contentType}" is none of ${CONTENT_TYPES.join(", ")}`);
      }
      await intake.takeBody("batch", "jaegerBatch", body, undefined);
      return { status: 202 };
    },
    failure: ({ reason, message }) => ({ status: httpStatus(reason), body: `${message}\n` }),
  },
]);
