import { OTLP_SIGNALS, type OtlpSignal, otlpAnswer } from "@weir/receive";
import { grpcReceiver } from "../grpc/server.ts";

const SERVICES: Readonly<Record<OtlpSignal, string>> = {
  traces: "opentelemetry.proto.collector.trace.v1.TraceService",
  logs: "opentelemetry.proto.collector.logs.v1.LogsService",
  metrics: "opentelemetry.proto.collector.metrics.v1.MetricsService",
  profiles: "opentelemetry.proto.collector.profiles.v1development.ProfilesService",
};

/** OTLP over gRPC (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc). */
export const otlpGrpc = grpcReceiver(
  { name: "otlp-grpc", title: "OTLP over gRPC", standardPort: 4317 },
  OTLP_SIGNALS.map((signal) => ({
    path: `/${SERVICES[signal]}/Export`,
    async handle(message, intake) {
      const taken = await intake.takeBody(signal, "otlp", message, { signal, encoding: "protobuf" });
      return otlpAnswer(signal, "protobuf", { items: taken.rejectedItems, message: taken.message });
    },
  })),
);
