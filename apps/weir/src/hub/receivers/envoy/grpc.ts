import type { AccessLogIdentifier } from "@weir/receive";
import { grpcReceiver } from "../grpc/server.ts";

const NS_PER_MS = 1_000_000n;

/** Envoy's access logs (https://www.envoyproxy.io/docs/envoy/latest/api-v3/service/accesslog/v3/als.proto): a stream that ends when Envoy does. It has no port of its own. */
export const envoyAccessLogs = grpcReceiver({ name: "envoy-als", title: "Envoy access logs", standardPort: 18_090 }, [
  {
    path: "/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs",
    openStream: () => {
      // Who sends stands in the first message alone.
      let identifier: AccessLogIdentifier | undefined;
      return async (message, nowMs, intake) => {
        const receivedAt = BigInt(nowMs) * NS_PER_MS;
        const { reading, told } = await intake.read("accessLogs", message, { receivedAt, identifier });
        identifier = told;
        return reading;
      };
    },
  },
]);
