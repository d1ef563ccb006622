import { bothSides } from "./sides.ts";

/** Why the process behind an end of a connection is not known. */
export const PROCESS_UNKNOWN = [
  /** The address is not one of the agent's host. */
  "outside",
  /** Its socket was closed before it could be looked up, or had no process (yet). */
  "gone",
  /** The agent may not look into its process: that takes root or CAP_SYS_PTRACE. */
  "noRights",
  /** Several processes wait at this port in several network namespaces. */
  "ambiguous",
  /** Its transport has no sockets that processes own. */
  "noSocket",
] as const;
export type ProcessUnknown = (typeof PROCESS_UNKNOWN)[number];

/** How the process behind an end of a connection was found. */
export const PROCESS_SOURCES = [
  /** Told by the kernel when it opened the connection, or first read from it: exact, however short it lived. */
  "kernel",
  /** Looked up in the kernel's tables a moment later: who had the socket then, or waited at its port. */
  "proc",
] as const;
export type ProcessSource = (typeof PROCESS_SOURCES)[number];

/** Why the name of a container is not known. */
export const CONTAINER_UNKNOWN = [
  /** No container engine can be asked on the agent's host. */
  "noEngine",
  /** No engine that can be asked has it. */
  "notFound",
  /** An engine did not answer. */
  "noAnswer",
  /** More containers wait to be asked for than may. */
  "tooMany",
] as const;
export type ContainerUnknown = (typeof CONTAINER_UNKNOWN)[number];

/** By OpenTelemetry's name, with whose it is before it. */
const named = (otel: string) => ({ optional: true, otel: `{side}.${otel}` }) as const;
const internal = (otel: string) => ({ ...named(otel), sensitivity: "internal" }) as const;

/** The processes at both ends, as an agent on their host saw them when the connection began. Absent in captures from files. */
export const processFields = [
  ...bothSides("ProcessPid", "int", "Process id of the {side}", named("process.pid")),
  ...bothSides(
    "ProcessName",
    "string",
    "The kernel's short name of the {side}'s process",
    named("process.executable.name"),
  ),
  ...bothSides("ProcessExecutable", "string", "Path of the {side}'s binary", internal("process.executable.path")),
  ...bothSides(
    "ProcessCommand",
    "string",
    "Command line of the {side}'s process, without secrets in its arguments",
    internal("process.command_line"),
  ),
  ...bothSides("ProcessUser", "string", "User of the {side}'s process", internal("process.owner")),
  ...bothSides("ContainerId", "string", "Container that the {side}'s process is in", named("container.id")),
  ...bothSides("ContainerName", "string", "Name of that container, by its engine or its pod", named("container.name")),
  ...bothSides("ContainerImage", "string", "Image of that container", named("container.image.name")),
  ...bothSides("ContainerUnknown", "string", "Why the name of that container is not known", {
    optional: true,
    values: CONTAINER_UNKNOWN,
  }),
  ...bothSides("ProcessSource", "string", "How the {side}'s process was found", {
    optional: true,
    values: PROCESS_SOURCES,
  }),
  ...bothSides("ProcessUnknown", "string", "Why the {side}'s process is not known", {
    optional: true,
    values: PROCESS_UNKNOWN,
  }),
] as const;
