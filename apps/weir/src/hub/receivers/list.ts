import { otlpGrpc } from "./otlp/grpc.ts";
import { otlpHttp } from "./otlp/http.ts";
import type { Receiver } from "./receiver.ts";

/** Everything that a hub can listen to. */
export const RECEIVERS: readonly Receiver[] = [otlpHttp, otlpGrpc];
