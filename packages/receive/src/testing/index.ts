export { postSpansRequest } from "../jaeger/protobuf.ts";
export { encode } from "../message/encode.ts";
export { exportProfilesServiceRequest } from "../otlp/profiles-messages.ts";
