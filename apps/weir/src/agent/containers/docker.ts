import { request } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { ANSWER_MS, type ContainerEngine, type ContainerName } from "./engine.ts";

const listSchema = z.array(z.object({ Names: z.array(z.string()), Image: z.string() }));

/** Docker, or who speaks its API (Podman): its list of containers, which has no environment in it (https://docs.docker.com/reference/api/engine/). */
export function dockerEngine(socket: string): ContainerEngine {
  return {
    socket,
    async find(id) {
      const filters = JSON.stringify({ id: [id] });
      const body = await get(socket, `/containers/json?all=true&filters=${encodeURIComponent(filters)}`);
      const [found] = listSchema.parse(JSON.parse(body));
      return found && nameOf(found);
    },
    close: () => undefined,
  };
}

function nameOf({ Names, Image }: z.infer<typeof listSchema>[number]): ContainerName {
  // Its own name has one slash; those with more are links of other containers.
  const own = Names.find((name) => name.lastIndexOf("/") === 0) ?? Names[0] ?? "";
  return { name: own.replace(/^\//, ""), image: Image };
}

function get(socketPath: string, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const asked = request({ socketPath, path, signal, headers: { host: "docker" } }, (answer) => {
      text(answer).then(
        (body) => (answer.statusCode === 200 ? resolve(body) : reject(new Error(`it answers ${answer.statusCode}`))),
        reject,
      );
    });
    asked.once("error", reject);
    asked.end();
  });
}
