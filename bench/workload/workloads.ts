import { greetings, httpExchanges, postgresExchanges, redisExchanges } from "./exchanges.ts";
import type { Group, Workload } from "./generate.ts";
import type { Hosts, Permille, Profile } from "./profile.ts";

const MSS = 1448;
/** Segments joined by GRO. */
const GRO = [MSS, 3 * MSS, 10 * MSS, 45 * MSS] as const;

const pods: Hosts = { first: 0x0a010100, count: 24 };
const manyClients: Hosts = { first: 0x0a010000, count: 20_000 };
const hosts = (third: number, count: number): Hosts => ({ first: 0x0a020000 + third * 256, count });

const harmless: Permille = { ipv6: 60, vlan: 0, refused: 0, unanswered: 0, reset: 2, lossy: 40, reordered: 10 };

const mesh = {
  clients: pods,
  transport: "tcp",
  segmentBytes: GRO,
  rttUs: { least: 40, most: 900 },
  pauseUs: 50_000,
  ending: "close",
  permille: harmless,
} as const;

const services: readonly Group[] = [
  {
    atOnce: { least: 260, most: 260 },
    profile: {
      ...mesh,
      servers: hosts(1, 6),
      serverPort: 8080,
      exchanges: httpExchanges("orders.shop.example", sizes(40, 200, 7_000)),
      exchangesPerConnection: { least: 1, most: 1 },
      serverTimeUs: 6_000,
      thinkUs: 100,
      pauseUs: 150_000,
    },
  },
  {
    atOnce: { least: 400, most: 400 },
    profile: {
      ...mesh,
      servers: hosts(2, 6),
      serverPort: 8080,
      exchanges: httpExchanges("items.shop.example", sizes(40, 300, 9_000)),
      exchangesPerConnection: { least: 10, most: 300 },
      serverTimeUs: 8_000,
      thinkUs: 150_000,
    },
  },
  {
    atOnce: { least: 200, most: 200 },
    profile: {
      ...mesh,
      servers: hosts(3, 2),
      serverPort: 5432,
      exchanges: postgresExchanges(sizes(30, 60, 1_200)),
      exchangesPerConnection: { least: 200, most: 3_000 },
      serverTimeUs: 700,
      thinkUs: 30_000,
    },
  },
  {
    atOnce: { least: 60, most: 60 },
    profile: {
      ...mesh,
      servers: hosts(4, 2),
      serverPort: 6379,
      exchanges: redisExchanges([1, 1, 1, 4, 10, 16]),
      exchangesPerConnection: { least: 500, most: 5_000 },
      serverTimeUs: 90,
      thinkUs: 10_000,
    },
  },
  {
    atOnce: { least: 4, most: 4 },
    profile: {
      ...mesh,
      servers: hosts(5, 2),
      serverPort: 9000,
      exchanges: httpExchanges("files.shop.example", sizes(8, 200_000, 2_000_000)),
      exchangesPerConnection: { least: 1, most: 4 },
      serverTimeUs: 15_000,
      thinkUs: 900_000,
      permille: { ...harmless, lossy: 300 },
    },
  },
  {
    atOnce: { least: 40, most: 40 },
    profile: {
      ...mesh,
      servers: hosts(6, 1),
      serverPort: 53,
      transport: "dns",
      exchanges: [],
      exchangesPerConnection: { least: 1, most: 1 },
      serverTimeUs: 1_500,
      thinkUs: 0,
      pauseUs: 150_000,
      permille: { ...harmless, unanswered: 5 },
    },
  },
];

const quick = {
  ...mesh,
  serverTimeUs: 900,
  thinkUs: 1_000,
  pauseUs: 5_000,
  exchangesPerConnection: { least: 50, most: 500 },
} as const;

const httpOnly: Profile = {
  ...quick,
  servers: hosts(7, 6),
  serverPort: 8080,
  exchanges: httpExchanges("items.shop.example", sizes(40, 100, 3_000)),
};

const redisOnly: Profile = {
  ...quick,
  servers: hosts(8, 2),
  serverPort: 6379,
  exchanges: redisExchanges([1, 1, 1, 4, 10, 16]),
  serverTimeUs: 90,
};

const crowd = {
  clients: manyClients,
  transport: "tcp",
  segmentBytes: [MSS],
  rttUs: { least: 200, most: 80_000 },
  serverTimeUs: 3_000,
  thinkUs: 1_500_000,
  pauseUs: 20_000,
  ending: "close",
  permille: { ipv6: 100, vlan: 100, refused: 30, unanswered: 20, reset: 100, lossy: 60, reordered: 20 },
} as const;

const crowdWeb: Profile = {
  ...crowd,
  servers: hosts(16, 48),
  serverPort: 8080,
  exchanges: httpExchanges("api.shop.example", [...sizes(60, 40, 1_200), ...sizes(8, 1_400, 10_000)]),
  exchangesPerConnection: { least: 1, most: 1 },
};

const crowdDatabase: Profile = {
  ...crowd,
  servers: hosts(17, 16),
  serverPort: 5432,
  exchanges: postgresExchanges(sizes(30, 60, 900)),
  exchangesPerConnection: { least: 1, most: 2 },
  thinkUs: 800_000,
};

const leftOpen: Profile = {
  ...crowd,
  servers: hosts(18, 64),
  serverPort: 6379,
  exchanges: greetings(),
  exchangesPerConnection: { least: 1, most: 1 },
  ending: "left-open",
  permille: { ...crowd.permille, refused: 0, unanswered: 0, reset: 0, lossy: 0, reordered: 0 },
};

/** The captures that are generated. */
export const WORKLOADS: readonly Workload[] = [
  {
    name: "services",
    description: "a small service mesh on a bridge: HTTP, PostgreSQL, Redis, downloads, DNS",
    seed: 7,
    groups: services,
    size: { seconds: 48 },
    waves: 0,
  },
  {
    name: "connections",
    description: "many short connections, some refused, unanswered, reset, lossy, reordered",
    seed: 11,
    groups: [
      { profile: crowdWeb, atOnce: { least: 1_600, most: 48_000 } },
      { profile: crowdDatabase, atOnce: { least: 400, most: 12_000 } },
    ],
    size: { connections: 1_100_000 },
    waves: 3,
  },
  {
    name: "open",
    description: "connections that are opened, say hello, and stay open",
    seed: 13,
    groups: [{ profile: leftOpen, atOnce: { least: 1_000, most: 1_000 } }],
    size: { connections: 1_000_000 },
    waves: 0,
  },
  {
    name: "http",
    description: "calls of HTTP/1 on connections that are kept alive",
    seed: 17,
    groups: [{ profile: httpOnly, atOnce: { least: 200, most: 200 } }],
    size: { connections: 3_000 },
    waves: 0,
  },
  {
    name: "redis",
    description: "calls of Redis, some pipelined",
    seed: 19,
    groups: [{ profile: redisOnly, atOnce: { least: 60, most: 60 } }],
    size: { connections: 2_000 },
    waves: 0,
  },
];

/** `count` sizes from `least` to `most`, small ones more often, and never two alike in a row. */
function sizes(count: number, least: number, most: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const at = ((index * 7) % count) / Math.max(1, count - 1);
    return Math.round(least + (most - least) * at * at);
  });
}
