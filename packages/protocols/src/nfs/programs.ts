/** A program with the procedures of one of its versions, by number. */
export interface Program {
  readonly name: string;
  procedure(version: number, procedure: number): string | undefined;
  readonly versions: readonly number[];
}

export const ProgramNumber = {
  portmap: 100_000,
  nfs: 100_003,
  mount: 100_005,
  lock: 100_021,
  status: 100_024,
  acl: 100_227,
} as const;

/** NFS version 2 (RFC 1094 §2.2), version 3 (RFC 1813 §3.3), version 4 (RFC 7530 §15). */
const NFS2 =
  "NULL GETATTR SETATTR ROOT LOOKUP READLINK READ WRITECACHE WRITE CREATE REMOVE RENAME LINK SYMLINK MKDIR RMDIR READDIR STATFS".split(
    " ",
  );
const NFS3 =
  "NULL GETATTR SETATTR LOOKUP ACCESS READLINK READ WRITE CREATE MKDIR SYMLINK MKNOD REMOVE RMDIR RENAME LINK READDIR READDIRPLUS FSSTAT FSINFO PATHCONF COMMIT".split(
    " ",
  );
const NFS4 = ["NULL", "COMPOUND"];
/** RFC 1833 §2: version 2 is the port mapper, versions 3 and 4 rpcbind. */
const PORTMAP2 = "NULL SET UNSET GETPORT DUMP CALLIT".split(" ");
const RPCBIND =
  "NULL SET UNSET GETADDR DUMP CALLIT GETTIME UADDR2TADDR TADDR2UADDR GETVERSADDR INDIRECT GETADDRLIST GETSTAT".split(
    " ",
  );
/** RFC 1813 §5.2. */
const MOUNT = "NULL MNT DUMP UMNT UMNTALL EXPORT EXPORTALL PATHCONF".split(" ");
/** RFC 1813 §6.3 (version 4) and X/Open XNFS (versions before). */
const LOCK =
  "NULL TEST LOCK CANCEL UNLOCK GRANTED TEST_MSG LOCK_MSG CANCEL_MSG UNLOCK_MSG GRANTED_MSG TEST_RES LOCK_RES CANCEL_RES UNLOCK_RES GRANTED_RES".split(
    " ",
  );
const STATUS = "NULL STAT MON UNMON UNMON_ALL SIMU_CRASH NOTIFY".split(" ");
const ACL = "NULL GETACL SETACL".split(" ");

const PROGRAMS: ReadonlyMap<number, Program> = new Map([
  [
    ProgramNumber.portmap,
    {
      name: "portmap",
      versions: [2, 3, 4],
      procedure: (version, number) => (version === 2 ? PORTMAP2 : RPCBIND)[number],
    },
  ],
  [
    ProgramNumber.nfs,
    { name: "nfs", versions: [2, 3, 4], procedure: (version, number) => [NFS2, NFS3, NFS4][version - 2]?.[number] },
  ],
  [ProgramNumber.mount, { name: "mount", versions: [1, 2, 3], procedure: (_version, number) => MOUNT[number] }],
  [
    ProgramNumber.lock,
    { name: "nlm", versions: [1, 2, 3, 4], procedure: (_version, number) => LOCK[number] ?? extraLock(number) },
  ],
  [ProgramNumber.status, { name: "nsm", versions: [1], procedure: (_version, number) => STATUS[number] }],
  [ProgramNumber.acl, { name: "nfsacl", versions: [2, 3], procedure: (_version, number) => ACL[number] }],
]);

/** Programs that stand in for others, as a client's callback does, have numbers of their own choice (RFC 7530 §3.6.3). */
const FIRST_TRANSIENT = 0x4000_0000;
const CALLBACK: Program = {
  name: "nfs-callback",
  versions: [1, 4],
  procedure: (_version, number) => ["CB_NULL", "CB_COMPOUND"][number],
};

export function programOf(number: number): Program | undefined {
  return PROGRAMS.get(number) ?? (number >= FIRST_TRANSIENT && number < 2 * FIRST_TRANSIENT ? CALLBACK : undefined);
}

function extraLock(number: number): string | undefined {
  return ["SHARE", "UNSHARE", "NM_LOCK", "FREE_ALL"][number - 20];
}
