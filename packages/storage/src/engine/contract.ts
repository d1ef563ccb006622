import type { StoreAddress } from "../address.ts";

/**
 * One of several engines that know each other: a real cluster on addresses of the loopback network (127.0.0.2 …; the engine takes 127.0.0.1 for itself). Made for tests.
 */
export interface EnginePeers {
  readonly host: string;
  /** The same on all hosts, as on real clusters. */
  readonly httpPort: number;
  readonly tcpPort: number;
  /** Where the others ask for it: `tcpPort`, or what stands before that. */
  readonly peerPort: number;
  readonly cluster: string;
  /** One shard each. */
  readonly hosts: readonly string[];
  readonly password: string;
}

export interface EngineOptions {
  /** Folder that holds the engine's data; made where it is missing. */
  readonly dataDir: string;
  /** Script of the engine's child process (`child.ts`, bundled). */
  readonly childEntry: string;
  /** Arguments for Node before the script, e.g. a loader in tests. */
  readonly nodeArguments?: readonly string[];
  /** Called when the engine came up again after a crash, and when it went down. */
  readonly onChange?: (state: "up" | "down") => void;
  readonly peers?: EnginePeers;
}

/** How an engine fares. */
export interface EngineState {
  readonly isUp: boolean;
  /** Times that it was started again after a crash. */
  readonly restarts: number;
  /** Its memory at the last look; absent where the system does not tell. */
  readonly memoryBytes: number | undefined;
  readonly memoryLimitBytes: number;
}

/** A running embedded engine. */
export interface Engine extends StoreAddress {
  /** Process id of the child at present. */
  readonly pid: number | undefined;
  /** A user who can read records and nothing else: no files, no addresses, no programs. */
  readonly reader: { readonly username: string; readonly password: string };
  state(): EngineState;
  stop(): Promise<void>;
}
