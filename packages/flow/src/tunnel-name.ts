import { Tunnel } from "@weir/wire";

const NAMES: Readonly<Record<Tunnel, string>> = {
  [Tunnel.none]: "",
  [Tunnel.vxlan]: "vxlan",
  [Tunnel.geneve]: "geneve",
  [Tunnel.gre]: "gre",
  [Tunnel.ipip]: "ipip",
  [Tunnel.mpls]: "mpls",
  [Tunnel.gtp]: "gtp",
  [Tunnel.erspan]: "erspan",
  [Tunnel.other]: "other",
};

/** The word for a tunnel in records; empty where there is none. */
export function tunnelName(tunnel: number): string {
  return NAMES[tunnel as Tunnel] ?? "";
}
