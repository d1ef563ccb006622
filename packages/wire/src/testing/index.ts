export { decodeAnyShape } from "../decode.ts";
export { Reassembler } from "../network/fragments.ts";
export * from "./scripted-capture.ts";
export { type PcapngScript, toPcapng } from "./scripted-pcapng.ts";
export * from "./scripted-sctp.ts";
