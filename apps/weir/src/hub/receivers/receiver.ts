import type { Intake } from "./intake.ts";

/** A protocol that others send in, on one port. */
export interface Receiver {
  /** Names it in options (`--NAME-port`), in the API and in the console. */
  readonly name: string;
  /** For people: "OTLP over HTTP". */
  readonly title: string;
  readonly transport: "http" | "grpc" | "udp" | "tcp";
  /** The port that senders expect. */
  readonly standardPort: number;
  /** Begins to listen; a port that is taken fails with EADDRINUSE. */
  open(at: { readonly host: string; readonly port: number }, intake: Intake): Promise<OpenReceiver>;
}

/** A receiver that listens. */
export interface OpenReceiver {
  /** The port that it has: another one than it was asked for where that was 0. */
  readonly port: number;
  /** Takes nothing more, and answers what it has taken. */
  close(): Promise<void>;
}
