export { decodeAnyShape } from "../decode.ts";
export { Reassembler } from "../network/fragments.ts";
export * from "./scripted-capture.ts";
