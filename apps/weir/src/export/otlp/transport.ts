/** The signals that Weir sends. */
export const SENT_SIGNALS = ["traces", "metrics", "logs"] as const;
export type SentSignal = (typeof SENT_SIGNALS)[number];

/** What became of a request. */
export type Outcome =
  /** Taken, but for so many of its items. */
  | { readonly kind: "taken"; readonly rejected: number; readonly message: string }
  /** Not taken now; the receiver may have said when to ask again. */
  | { readonly kind: "later"; readonly why: string; readonly afterMs: number | undefined }
  /** It will not be taken, however often it is sent. */
  | { readonly kind: "refused"; readonly why: string };

/** A way to a receiver of OTLP. */
export interface Transport {
  /** Where it sends, for people. */
  readonly target: string;
  /** An encoded request in the form in which it waits and travels. */
  prepare(body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  /** Sends a prepared request. Never fails: what goes wrong is an outcome. */
  send(signal: SentSignal, body: Uint8Array<ArrayBuffer>): Promise<Outcome>;
  close(): void;
}
