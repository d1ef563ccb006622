import { dnsRecord } from "./dns/record.ts";
import { http1Record } from "./http1/record.ts";
import { tlsRecord } from "./tls/record.ts";

/** List 1 of 2: what each protocol's calls carry. List 2 is `catalog.ts`; the compiler compares them. */
export const PROTOCOL_RECORDS = [dnsRecord, http1Record, tlsRecord] as const;

/** Ids of all protocols that Weir reads. */
export type ProtocolId = (typeof PROTOCOL_RECORDS)[number]["id"];
