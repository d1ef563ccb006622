import { type Koffi, type Libc, loadLibrary, loadNative } from "@weir/capture";

/** Something of libbpf's, by its address; null where there is none. */
export type Handle = object | null;

/** What of libbpf is used here (https://libbpf.readthedocs.io). Numbers below zero are an errno; where a handle is null, errno says why. */
export interface Libbpf {
  bpf_object__open_mem(bytes: Uint8Array, length: number, options: Uint8Array): Handle;
  bpf_object__load(object: Handle): number;
  bpf_object__close(object: Handle): void;
  bpf_object__next_program(object: Handle, before: Handle): Handle;
  bpf_object__find_program_by_name(object: Handle, name: string): Handle;
  bpf_object__find_map_fd_by_name(object: Handle, name: string): number;
  bpf_program__attach(program: Handle): Handle;
  bpf_program__section_name(program: Handle): string;
  bpf_program__name(program: Handle): string;
  bpf_program__attach_uprobe_opts(
    program: Handle,
    pid: number,
    path: string,
    offset: number,
    options: Uint8Array,
  ): Handle;
  /** The link closes the event. */
  bpf_program__attach_perf_event(program: Handle, event: number): Handle;
  bpf_program__fd(program: Handle): number;
  bpf_link__destroy(link: Handle): number;
  bpf_map_lookup_elem(fd: number, key: Uint8Array, value: Uint8Array): number;
  bpf_map_update_elem(fd: number, key: Uint8Array, value: Uint8Array, flags: number): number;
  bpf_map_delete_elem(fd: number, key: Uint8Array): number;
  bpf_map_get_next_key(fd: number, key: Uint8Array | null, next: Uint8Array): number;
  bpf_obj_get_info_by_fd(fd: number, info: Uint8Array, bytes: Uint8Array): number;
  /** A file: times are measured as long as it is open. */
  bpf_enable_stats(kind: number): number;
  btf__load_vmlinux_btf(): Handle;
  btf__find_by_name_kind(types: Handle, name: string, kind: number): number;
  /** Address of the type's description. */
  btf__type_by_id(types: Handle, id: number): bigint;
  btf__name_by_offset(types: Handle, offset: number): string;
  btf__free(types: Handle): void;
  /** Null silences it: what it has to say comes back as errno and the verifier's log. */
  libbpf_set_print(print: null): unknown;
}

/** libbpf beside the C library. */
export interface NativeBpf {
  readonly koffi: Koffi;
  readonly libc: Libc;
  readonly bpf: Libbpf;
  readonly pageBytes: number;
}

let loaded: NativeBpf | Error | undefined;

/** libbpf as it is installed; an error that says why where it cannot be called. */
export function loadLibbpf(): NativeBpf | Error {
  loaded ??= tryLoad();
  return loaded;
}

function tryLoad(): NativeBpf | Error {
  const native = loadNative();
  if (native instanceof Error) return native;
  const library = loadLibrary(native, ["libbpf.so.1"]);
  if (library === undefined) return new Error("libbpf.so.1 is not installed (Debian: libbpf1)");
  const { koffi, libc } = native;
  const bpf = {
    bpf_object__open_mem: library.func("void *bpf_object__open_mem(const void *, size_t, const void *)"),
    bpf_object__load: library.func("int bpf_object__load(void *)"),
    bpf_object__close: library.func("void bpf_object__close(void *)"),
    bpf_object__next_program: library.func("void *bpf_object__next_program(void *, void *)"),
    bpf_object__find_program_by_name: library.func("void *bpf_object__find_program_by_name(void *, const char *)"),
    bpf_object__find_map_fd_by_name: library.func("int bpf_object__find_map_fd_by_name(void *, const char *)"),
    bpf_program__attach: library.func("void *bpf_program__attach(void *)"),
    bpf_program__name: library.func("const char *bpf_program__name(void *)"),
    bpf_program__section_name: library.func("const char *bpf_program__section_name(void *)"),
    bpf_program__attach_uprobe_opts: library.func(
      "void *bpf_program__attach_uprobe_opts(void *, int, const char *, size_t, const void *)",
    ),
    bpf_program__attach_perf_event: library.func("void *bpf_program__attach_perf_event(void *, int)"),
    bpf_program__fd: library.func("int bpf_program__fd(void *)"),
    bpf_link__destroy: library.func("int bpf_link__destroy(void *)"),
    bpf_map_lookup_elem: library.func("int bpf_map_lookup_elem(int, const void *, void *)"),
    bpf_map_update_elem: library.func("int bpf_map_update_elem(int, const void *, const void *, uint64_t)"),
    bpf_map_delete_elem: library.func("int bpf_map_delete_elem(int, const void *)"),
    bpf_map_get_next_key: library.func("int bpf_map_get_next_key(int, const void *, void *)"),
    bpf_obj_get_info_by_fd: library.func("int bpf_obj_get_info_by_fd(int, void *, void *)"),
    bpf_enable_stats: library.func("int bpf_enable_stats(int)"),
    btf__load_vmlinux_btf: library.func("void *btf__load_vmlinux_btf()"),
    btf__find_by_name_kind: library.func("int btf__find_by_name_kind(void *, const char *, uint32_t)"),
    btf__type_by_id: library.func("uintptr_t btf__type_by_id(void *, uint32_t)"),
    btf__name_by_offset: library.func("const char *btf__name_by_offset(void *, uint32_t)"),
    btf__free: library.func("void btf__free(void *)"),
    libbpf_set_print: library.func("void *libbpf_set_print(void *)"),
  } as unknown as Libbpf;
  bpf.libbpf_set_print(null);
  const pageBytes = koffi.load(null).func("int getpagesize()")() as number;
  return { koffi, libc, bpf, pageBytes };
}
