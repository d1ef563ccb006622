import type { TlsFiles } from "../listen.ts";
import type { Intake } from "./intake.ts";

/** Where a receiver listens, and whom it takes there. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** Present where it speaks TLS. */
  readonly tls: TlsFiles | undefined;
  /** Certificates (PEM) of who signed those of its senders; absent where they need none. Only of `tls`. */
  readonly senderAuthorities: string | undefined;
  /** Whether it takes what comes from an address; for senders that cannot be told otherwise. */
  takes(address: string): boolean;
}

/** A protocol that others send in, on one port. */
export interface Receiver {
  /** Names it in options (`--NAME-port`), in the API and in the console. */
  readonly name: string;
  /** For people: "OTLP over HTTP". */
  readonly title: string;
  readonly transport: "http" | "grpc" | "udp" | "tcp" | "tls";
  /** The port that senders expect. */
  readonly standardPort: number;
  /** Begins to listen; a port that is taken fails with EADDRINUSE. */
  open(place: Place, intake: Intake): Promise<OpenReceiver>;
}

/** A receiver that listens. */
export interface OpenReceiver {
  /** The port that it has: another one than it was asked for where that was 0. */
  readonly port: number;
  /** Takes nothing more, and answers what it has taken. */
  close(): Promise<void>;
}
