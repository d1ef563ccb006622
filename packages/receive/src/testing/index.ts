export { postSpansRequest } from "../jaeger/protobuf.ts";
export { encode } from "../message/encode.ts";
export { exportLogsServiceRequest } from "../otlp/logs-messages.ts";
export { exportProfilesServiceRequest } from "../otlp/profiles-messages.ts";
