// @grpc/grpc-js: gRPC's own implementation for Node, in plain JavaScript. Messages pass as bytes; packages/receive decodes them.
import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerUnaryCall,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { type EncodedReading, RpcCode, rpcStatus } from "@weir/receive";
import type { TlsFiles } from "../../listen.ts";
import { type RequestFailure, requestFailure } from "../failure.ts";
import { MAX_BODY_BYTES } from "../http/body.ts";
import type { Intake } from "../intake.ts";
import { hostAndPort } from "../listen-on.ts";
import type { Place, Receiver } from "../receiver.ts";
import { WaitingBytes } from "../waiting-bytes.ts";

/** One method that senders call. */
interface UnaryMethod {
  /** `/package.Service/Method`. */
  readonly path: string;
  handle(message: Uint8Array, intake: Intake): Promise<Uint8Array>;
}

/** One method that senders stream messages to; they are answered at its end, with nothing. */
interface StreamMethod {
  readonly path: string;
  /** A reader for each stream, which may remember what was said before. */
  openStream(): (message: Uint8Array, nowMs: number, intake: Intake) => Promise<EncodedReading>;
}
type GrpcMethod = UnaryMethod | StreamMethod;

const MAX_CONCURRENT_CALLS = 200;
const STOP_LIMIT_MS = 5_000;

const CODES: Readonly<Record<RequestFailure["reason"], RpcCode>> = {
  malformed: RpcCode.invalidArgument,
  tooLarge: RpcCode.resourceExhausted,
  unsupported: RpcCode.unimplemented,
  unauthenticated: RpcCode.unauthenticated,
  forbidden: RpcCode.permissionDenied,
  busy: RpcCode.resourceExhausted,
  notAcknowledged: RpcCode.unavailable,
  bug: RpcCode.internal,
};

/** A receiver that speaks gRPC. */
export function grpcReceiver(
  what: Pick<Receiver, "name" | "title" | "standardPort">,
  methods: readonly GrpcMethod[],
): Receiver {
  return {
    ...what,
    transport: "grpc",
    async open(place, intake) {
      const server = new Server({
        "grpc.max_receive_message_length": MAX_BODY_BYTES,
        "grpc.max_concurrent_streams": MAX_CONCURRENT_CALLS,
      });
      for (const method of methods) {
        if ("handle" in method) addMethod(server, method, intake);
        else addStream(server, method, intake);
      }
      return { port: await bound(server, place), close: () => closed(server) };
    },
  };
}

function plain(bytes: Buffer): Buffer {
  return bytes;
}
const UNREAD = {
  requestSerialize: plain,
  requestDeserialize: plain,
  responseSerialize: plain,
  responseDeserialize: plain,
};

function addMethod(server: Server, { path, handle }: UnaryMethod, intake: Intake): void {
  const definition = { path, requestStream: false, responseStream: false, ...UNREAD } as const;
  const respond = (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>) => {
    const answered = admitted(call, intake).then(() => handle(call.request, intake));
    answered.then(
      (answer) => done(null, Buffer.from(answer)),
      (error: unknown) => done(serviceError(error, path, intake)),
    );
  };
  server.addService({ [path]: definition }, { [path]: respond });
}

/** Lets a caller in by its metadata. */
function admitted(call: Pick<ServerUnaryCall<Buffer, Buffer>, "metadata" | "getPeer">, intake: Intake): Promise<void> {
  const [authorization] = call.metadata.get("authorization");
  return intake.admit(authorization?.toString(), call.getPeer().replace(/:\d+$/, ""));
}

/** While the store is behind, messages are not read: gRPC's flow control tells the sender to wait. */
function addStream(server: Server, { path, openStream }: StreamMethod, intake: Intake): void {
  const definition = { path, requestStream: true, responseStream: false, ...UNREAD } as const;
  const respond = async (call: ServerReadableStream<Buffer, Buffer>, done: sendUnaryData<Buffer>) => {
    const read = openStream();
    const waiting = new WaitingBytes(intake);
    try {
      await admitted(call, intake);
      for await (const message of call as AsyncIterable<Buffer>) {
        const reading = await read(message, Date.now(), intake);
        await waiting.take(message.length, () => reading);
      }
      await waiting.settled();
      done(null, Buffer.alloc(0));
    } catch (error) {
      // The sender went away: what was read until then counts.
      if (!call.cancelled) done(serviceError(error, path, intake));
    }
  };
  server.addService({ [path]: definition }, { [path]: respond });
}

/** The failure as gRPC says it: a code, and details where it passes with time. */
function serviceError(error: unknown, path: string, intake: Intake) {
  const failure = requestFailure(error);
  if (failure.reason === "bug") process.stderr.write(`${path}: ${(error as Error).stack}\n`);
  else intake.counts.turnedAway(failure.reason, failure.message, Date.now());
  const { reason, message, retryAfterSeconds } = failure;
  const code = CODES[reason];
  const metadata = new Metadata();
  const status = rpcStatus(
    { code, message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
    "protobuf",
  );
  metadata.set("grpc-status-details-bin", Buffer.from(status));
  return { code, details: message, metadata };
}

function credentialsOf(tls: TlsFiles | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const pair = { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) };
  return ServerCredentials.createSsl(null, [pair], false);
}

/** A port that is taken is an error like any other server's. */
function bound(server: Server, { host, port, tls }: Place): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(hostAndPort(host, port), credentialsOf(tls), (error, taken) => {
      if (error === null) return resolve(taken);
      const isTaken = error.message.includes("EADDRINUSE");
      reject(isTaken ? Object.assign(error, { code: "EADDRINUSE" }) : error);
    });
  });
}

/** Lets calls end that are under way, for a while. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => server.forceShutdown(), STOP_LIMIT_MS);
    server.tryShutdown(() => {
      clearTimeout(limit);
      resolve();
    });
  });
}
