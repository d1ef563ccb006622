import { grpcReceiver } from "../grpc/server.ts";

const NOTHING = new Uint8Array(0);

/** Jaeger's collector for its agents: jaeger.api_v2. */
export const jaegerGrpc = grpcReceiver({ name: "jaeger-grpc", title: "Jaeger over gRPC", standardPort: 14250 }, [
  {
    path: "/jaeger.api_v2.CollectorService/PostSpans",
    async handle(request, intake) {
      await intake.takeBody("spans", "jaegerSpans", request, undefined);
      return NOTHING;
    },
  },
]);
