import { createRequire } from "node:module";

/** koffi, as far as it is used here. It calls C libraries without a compile step at install: its binaries come inside the package. */
export type Koffi = typeof import("koffi");

/** What of C's library the capture needs. Return values are C's own: -1 and `errno` where it failed. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, bytes: number): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, bytes: number): number;
  getsockopt(fd: number, level: number, name: number, value: Uint8Array, bytes: Uint8Array): number;
  /** The memory's address; its largest value where it failed. */
  mmap(at: null, bytes: number, protection: number, flags: number, fd: number, offset: number): bigint;
  munmap(at: bigint, bytes: number): number;
  /** Blocks this thread. */
  poll(fds: Uint8Array, count: number, timeoutMs: number): number;
  /** Bytes that were received. */
  recv(fd: number, bytes: Uint8Array, most: number, flags: number): number;
  /** Bytes that were sent. */
  send(fd: number, bytes: Uint8Array, count: number, flags: number): number;
  eventfd(count: number, flags: number): number;
  eventfd_write(fd: number, count: number): number;
  /** The count is written into eight bytes. */
  eventfd_read(fd: number, count: Uint8Array): number;
  close(fd: number): number;
  open(path: string, flags: number): number;
  setns(fd: number, kind: number): number;
  if_nametoindex(name: string): number;
  /** Null where no interface has this number; its name is written otherwise. */
  if_indextoname(index: number, name: Uint8Array): unknown;
  /** Gives memory that was freed back to the system, which glibc keeps otherwise; absent in other C libraries. */
  readonly malloc_trim: ((keepBytes: number) => number) | undefined;
  prctl(option: number, name: string, third: number, fourth: number, fifth: number): number;
  ioctl(fd: number, request: number, argument: Uint8Array): number;
}

/** The C library, and koffi itself for what is beside calls. */
export interface Native {
  readonly koffi: Koffi;
  readonly libc: Libc;
}

let loaded: Native | Error | undefined;

/** The C library; an error that says why where it cannot be called: another system, or koffi was left out at install. */
export function loadNative(): Native | Error {
  loaded ??= tryLoad();
  return loaded;
}

/** A further library by its name, e.g. `libpcap.so.0.8`; undefined where it is not installed. */
export function loadLibrary({ koffi }: Native, names: readonly string[]): ReturnType<Koffi["load"]> | undefined {
  for (const name of names) {
    try {
      return koffi.load(name);
    } catch {
      // Not installed under this name: the next one may be.
    }
  }
  return undefined;
}

/** What the last call's `errno` means, e.g. `EPERM`. */
export function errnoName({ koffi }: Native): string {
  const code = koffi.errno();
  const found = Object.entries(koffi.os.errno).find(([, number]) => number === code);
  return found?.[0] ?? `errno ${code}`;
}

function tryLoad(): Native | Error {
  if (process.platform !== "linux")
    return new Error(`packets are captured on Linux only, and this is ${process.platform}`);
  try {
    const koffi = createRequire(import.meta.url)("koffi") as Koffi;
    return { koffi, libc: bindLibc(koffi) };
  } catch (error) {
    return new Error(`the npm package koffi, which calls the kernel, cannot be loaded: ${(error as Error).message}`);
  }
}

function bindLibc(koffi: Koffi): Libc {
  const library = koffi.load(null);
  return {
    socket: library.func("int socket(int, int, int)"),
    bind: library.func("int bind(int, const void *, uint32_t)"),
    setsockopt: library.func("int setsockopt(int, int, int, const void *, uint32_t)"),
    getsockopt: library.func("int getsockopt(int, int, int, void *, void *)"),
    mmap: library.func("uintptr_t mmap(void *, size_t, int, int, int, int64_t)"),
    munmap: library.func("int munmap(uintptr_t, size_t)"),
    poll: library.func("int poll(void *, unsigned long, int)"),
    recv: library.func("intptr_t recv(int, void *, size_t, int)"),
    send: library.func("intptr_t send(int, const void *, size_t, int)"),
    eventfd: library.func("int eventfd(unsigned int, int)"),
    eventfd_write: library.func("int eventfd_write(int, uint64_t)"),
    eventfd_read: library.func("int eventfd_read(int, void *)"),
    close: library.func("int close(int)"),
    open: library.func("int open(const char *, int)"),
    setns: library.func("int setns(int, int)"),
    if_nametoindex: library.func("unsigned int if_nametoindex(const char *)"),
    if_indextoname: library.func("void *if_indextoname(unsigned int, void *)"),
    malloc_trim: optional(() => library.func("int malloc_trim(size_t)")),
    prctl: library.func("int prctl(int, const char *, unsigned long, unsigned long, unsigned long)"),
    ioctl: library.func("int ioctl(int, unsigned long, void *)"),
  } as unknown as Libc;
}

function optional<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch {
    // The C library does not have it: whoever would call it does without.
    return undefined;
  }
}
