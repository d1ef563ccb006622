export { postSpansRequest } from "../jaeger/protobuf.ts";
export { encode } from "./encode.ts";
