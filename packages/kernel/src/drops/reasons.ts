import type { NativeBpf } from "../libbpf/libbpf.ts";

const ENUM_NAME = "skb_drop_reason";
const NAME_PREFIX = "SKB_DROP_REASON_";
/** Kind of an enumeration, and where the members of `struct btf_type` and `struct btf_enum` are (linux/btf.h). */
const BTF_KIND_ENUM = 6;
const TYPE_BYTES = 12;
const INFO_AT = 4;
const MEMBERS_MASK = 0xffff;
const MEMBER_BYTES = 8;

/** Names of the reasons that this kernel has for dropping a packet, by their numbers, which differ from kernel to kernel. */
export function loadDropReasons({ bpf, koffi }: NativeBpf): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const types = bpf.btf__load_vmlinux_btf();
  if (types === null) return names;
  const id = bpf.btf__find_by_name_kind(types, ENUM_NAME, BTF_KIND_ENUM);
  if (id > 0) {
    const type = bpf.btf__type_by_id(types, id);
    const members = new DataView(koffi.view(type, TYPE_BYTES)).getUint32(INFO_AT, true) & MEMBERS_MASK;
    const view = new DataView(koffi.view(type, TYPE_BYTES + members * MEMBER_BYTES));
    for (let at = TYPE_BYTES; at < view.byteLength; at += MEMBER_BYTES) {
      const name = bpf.btf__name_by_offset(types, view.getUint32(at, true));
      names.set(view.getInt32(at + 4, true), name.replace(NAME_PREFIX, ""));
    }
  }
  bpf.btf__free(types);
  return names;
}
