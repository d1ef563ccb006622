// Starts a RabbitMQ broker for scripts that record fixtures. Needs Debian's packages rabbitmq-server and erlang-base.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, startServer } from "./recorder.mjs";

/** Debian's starter would change the user; this is the script behind it. */
const RABBITMQ_SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server";

/**
 * Starts a broker of its own, on loopback, with all its files below `folder`. `listeners` are lines of its configuration, by the port that they get.
 * @param {string} folder
 * @param {{ plugins?: readonly string[], settings?: (port: number) => string }} [options] `settings`: further lines; the port is for a plugin.
 */
export async function startRabbitmq(folder, { plugins = [], settings = () => "" } = {}) {
  const [port, pluginPort, epmdPort, distributionPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const configuration = join(folder, "rabbitmq.conf");
  writeFileSync(
    configuration,
    `listeners.tcp.1 = 127.0.0.1:${port}\nlog.file.level = warning\n${settings(pluginPort)}`,
  );
  const enabled = join(folder, "enabled_plugins");
  writeFileSync(enabled, `[${plugins.join(",")}].\n`);
  const env = {
    ...process.env,
    HOME: folder,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_NODENAME: "fixtures@localhost",
    RABBITMQ_BASE: folder,
    RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
    RABBITMQ_LOG_BASE: join(folder, "log"),
    RABBITMQ_PID_FILE: join(folder, "pid"),
    RABBITMQ_CONFIG_FILE: configuration,
    RABBITMQ_CONF_ENV_FILE: "/dev/null",
    RABBITMQ_ENABLED_PLUGINS_FILE: enabled,
    RABBITMQ_FEATURE_FLAGS_FILE: join(folder, "feature_flags"),
  };
  // The port mapper would else be started as a daemon, and stay.
  const epmd = await startServer("epmd", ["-address", "127.0.0.1", "-port", String(epmdPort)], { port: epmdPort, env });
  const broker = await startServer(RABBITMQ_SERVER, [], { port, env, waitMs: 120_000, cwd: folder });
  const stop = async () => {
    await broker.stop();
    await epmd.stop();
  };
  return { port, pluginPort, stop };
}
