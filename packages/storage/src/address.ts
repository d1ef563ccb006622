/** Where a ClickHouse server or cluster is, and as whom to speak to it. */
export interface StoreAddress {
  /** `http://host:8123`; where there are several, any of them answers for all, and the next is taken when one does not. */
  readonly urls: readonly string[];
  readonly username: string;
  readonly password: string;
  /** Made where it is missing; the user's default one where absent. */
  readonly database?: string | undefined;
  /** Name in the servers' `remote_servers`, where tables lie on all its hosts. */
  readonly cluster?: string | undefined;
  /** Certificates (PEM) of who signed the servers' ones; those that the system trusts where absent. */
  readonly authorities?: Uint8Array | undefined;
}
