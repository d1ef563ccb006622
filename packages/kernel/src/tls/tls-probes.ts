import type { ProgramObject } from "../libbpf/program-object.ts";
import { TlsFiles } from "./tls-files.ts";

/** OpenSSL's functions, and the programs (bpf/tls.bpf.c) at their beginning and at their return. */
const PROBES = [
  { symbol: "SSL_write", enter: "ssl_write_enter", leaves: true },
  { symbol: "SSL_read", enter: "ssl_read_enter", leaves: true },
  { symbol: "SSL_write_ex", enter: "ssl_write_ex_enter", leaves: true },
  { symbol: "SSL_read_ex", enter: "ssl_read_ex_enter", leaves: true },
  { symbol: "SSL_free", enter: "ssl_free_enter", leaves: false },
] as const;
const LEAVE = "ssl_leave";
/** Files that are watched at most. */
const MAX_WATCHED = 256;

/** Puts programs at OpenSSL's functions, in its library and in programs that have it inside, as such files appear. */
export class TlsProbes {
  readonly #object: ProgramObject;
  readonly #files = new TlsFiles();
  /** Files that are watched. */
  readonly watched: string[] = [];

  constructor(object: ProgramObject) {
    this.#object = object;
  }

  /** Looks for files that were not there before. */
  look(): void {
    for (const file of this.#files.find())
      if (this.watched.length < MAX_WATCHED && this.#watch(file)) this.watched.push(file);
  }

  /** True where the file has the first of the functions; of the others those that it has. */
  #watch(file: string): boolean {
    const [first, ...others] = PROBES.map(({ symbol, enter, leaves }) => () => {
      const has = this.#object.attachUprobe(enter, file, symbol, false);
      if (has && leaves) this.#object.attachUprobe(LEAVE, file, symbol, true);
      return has;
    });
    if (first?.() !== true) return false;
    for (const attach of others) attach();
    return true;
  }
}
