import { readFileSync } from "node:fs";
import { WeirError } from "@weir/base";
import type { StoreAddress } from "@weir/storage";

/** What the command line says about a ClickHouse of one's own. */
export interface ClickhouseOptions {
  /** URLs, joined by commas: `http://user:password@host:8123/database`. */
  readonly clickhouse?: string;
  readonly clickhouseCluster?: string;
  /** File of certificates. */
  readonly clickhouseCa?: string;
}

/** Names that go into statements as they are. */
const NAME = /^[A-Za-z_][\w-]*$/;

/**
 * The address that the options tell; undefined for the embedded engine. User, password and database stand in the first URL; the user and password may stand in the environment instead
 * (WEIR_CLICKHOUSE_USER, WEIR_CLICKHOUSE_PASSWORD), where other users of the machine do not see them.
 */
export function clickhouseAddress(
  options: ClickhouseOptions,
  environment: Readonly<Record<string, string | undefined>>,
): StoreAddress | undefined {
  const { clickhouse, clickhouseCluster: cluster, clickhouseCa } = options;
  if (clickhouse === undefined) {
    if (cluster === undefined && clickhouseCa === undefined) return undefined;
    throw usage(
      "--clickhouse-cluster and --clickhouse-ca are about a ClickHouse of your own",
      "Name it with --clickhouse URL",
    );
  }
  const urls = clickhouse.split(",").map((text) => parseUrl(text.trim()));
  const first = urls[0] as URL;
  const database = decodeURIComponent(first.pathname.replace(/^\//, "")) || undefined;
  checkName("database", database);
  checkName("cluster", cluster);
  return {
    urls: urls.map(({ origin }) => origin),
    username: decodeURIComponent(first.username) || environment["WEIR_CLICKHOUSE_USER"] || "default",
    password: decodeURIComponent(first.password) || environment["WEIR_CLICKHOUSE_PASSWORD"] || "",
    database,
    cluster,
    authorities: clickhouseCa === undefined ? undefined : readCertificates(clickhouseCa),
  };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ["http:", "https:"].includes(url.protocol)) return url;
  throw usage(
    `"${text}" is not the address of a ClickHouse server`,
    "Give it as http://user:password@host:8123/database; several are joined by commas",
  );
}

function checkName(what: string, name: string | undefined): void {
  if (name !== undefined && !NAME.test(name)) {
    throw usage(`"${name}" is no name for a ${what}`, "Take letters, digits, - and _, a letter first");
  }
}

function readCertificates(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new WeirError("FILE_UNREADABLE", `${path} cannot be read: ${(cause as Error).message}`, "Name a PEM file", {
      cause,
    });
  }
}

const usage = (message: string, hint: string) => new WeirError("USAGE", message, hint);
