export { postSpansRequest } from "../jaeger/protobuf.ts";
export { exportProfilesServiceRequest } from "../otlp/profiles-messages.ts";
export { encode } from "../message/encode.ts";
