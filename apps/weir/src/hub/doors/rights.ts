import type { Right } from "@weir/http-contract";

/** What people and programs are to the hub. */
export const ROLES = ["viewer", "editor", "admin", "agent"] as const;
export type Role = (typeof ROLES)[number];

const RIGHTS_OF_ROLES: Readonly<Record<Role, readonly Right[]>> = {
  viewer: ["read"],
  editor: ["read", "write"],
  admin: ["read", "write", "ingest", "readPayloads", "administer"],
  agent: ["ingest"],
};

/** Who asks, and what they may do. */
export interface Caller {
  /** As the access file or the identity provider names them; for the audit. */
  readonly name: string;
  readonly rights: ReadonlySet<Right>;
}

/** Somebody with a role. Reading payloads is a right of its own, which a role alone does not give, save an admin's. */
export function callerOf(name: string, role: Role, payloads: boolean): Caller {
  return { name, rights: new Set([...RIGHTS_OF_ROLES[role], ...(payloads ? (["readPayloads"] as const) : [])]) };
}

/** Whoever reaches a hub that listens for its own host only and was given no access file. */
export const LOCAL_CALLER: Caller = callerOf("local", "admin", true);
