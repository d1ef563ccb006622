import { readFile, stat } from "node:fs/promises";
import { WeirError } from "@weir/base";
import { decodeWith, type MessageDecoder } from "@weir/protocols";

/** The descriptors of all of a large company's services are smaller. */
const MAX_BYTES = 64 << 20;

/** The types of gRPC messages in the file of `--protos`; undefined where none was given. */
export async function messagesOf(file: string | undefined): Promise<MessageDecoder | undefined> {
  return file === undefined ? undefined : readProtosFile(file);
}

async function readProtosFile(path: string): Promise<MessageDecoder> {
  const form = "It must be a FileDescriptorSet: protoc --descriptor_set_out=FILE --include_imports YOUR.proto";
  const fail = (why: string, cause?: unknown): never => {
    throw new WeirError("CONFIG_INVALID", `the protos file ${path} ${why}`, form, { cause });
  };
  const { size } = await stat(path).catch((cause: Error) => fail(`cannot be read: ${cause.message}`, cause));
  if (size > MAX_BYTES) fail("is too large");
  const set = await readFile(path).catch((cause: Error) => fail(`cannot be read: ${cause.message}`, cause));
  const messages = decodeWith(set);
  if (messages.methods === 0) fail("declares no service");
  return messages;
}
