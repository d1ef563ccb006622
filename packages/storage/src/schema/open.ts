import type { StoreAddress } from "../address.ts";
import { type ClusterPlan, planCluster } from "../cluster.ts";
import { Session, type SqlSession } from "../session.ts";
import { onCluster, type StoreLayout } from "./layout.ts";
import { migrate } from "./migrate.ts";

/** A schema that is up to date. */
export interface OpenSchema {
  readonly layout: StoreLayout;
  /** Tells a statement to whoever has to know: the server, one host for all, or each host by itself. */
  tell(statement: string, params?: Readonly<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}

/** Makes the database where it is missing, and brings the tables up to date on all hosts. */
export async function openSchema(address: StoreAddress): Promise<OpenSchema> {
  // The database may not be there yet.
  const server = new Session({ ...address, database: undefined });
  const sessions: Session[] = [];
  const close = async () => {
    await Promise.all(sessions.map((session) => session.close()));
  };
  try {
    const { layout, hosts } = await planOf(server, address);
    sessions.push(...(hosts.length === 0 ? [address] : hosts).map((host) => new Session(host)));
    await makeDatabases(server, hosts, address.database, layout);
    for (const session of sessions) await migrate(session, layout);
    return {
      layout,
      close,
      async tell(statement, params) {
        for (const session of sessions) await session.command(statement, params);
      },
    };
  } catch (error) {
    await close();
    throw error;
  } finally {
    await server.close();
  }
}

async function planOf(
  server: SqlSession,
  address: StoreAddress,
): Promise<{ readonly layout: StoreLayout; readonly hosts: ClusterPlan["hosts"] }> {
  if (address.cluster === undefined) return { layout: { kind: "single" }, hosts: [] };
  return planCluster(server, address, address.cluster);
}

/** On every host. Nothing is asked for where the database exists: a user without the right to make one can use it. */
async function makeDatabases(
  server: SqlSession,
  hosts: ClusterPlan["hosts"],
  database: string | undefined,
  layout: StoreLayout,
): Promise<void> {
  if (database === undefined) return;
  if (hosts.length === 0) await makeDatabase(server, database, layout);
  for (const host of hosts) {
    const session = new Session({ ...host, database: undefined });
    await makeDatabase(session, database, layout).finally(() => session.close());
  }
}

async function makeDatabase(session: SqlSession, database: string, layout: StoreLayout): Promise<void> {
  const found = await session.rows("SELECT name FROM system.databases WHERE name = {database:String}", { database });
  if (found.length > 0 && onCluster(layout) === "") return;
  await session.command(`CREATE DATABASE IF NOT EXISTS \`${database}\`${onCluster(layout)}`);
}
