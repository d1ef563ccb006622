import { credentials, makeGenericClientConstructor, type ServiceDefinition } from "@grpc/grpc-js";
import { z } from "zod";
import { runtimeService } from "./cri-service.ts";
import { ANSWER_MS, type ContainerEngine } from "./engine.ts";

/** The label by which the kubelet says what a pod calls its container. */
const POD_NAME_LABEL = "io.kubernetes.container.name";

const answerSchema = z.object({
  containers: z
    .array(
      z.object({
        metadata: z.object({ name: z.string() }).nullish(),
        image: z.object({ image: z.string() }).nullish(),
        imageRef: z.string().default(""),
        labels: z.record(z.string(), z.string()).default({}),
      }),
    )
    .default([]),
});

const RuntimeClient = makeGenericClientConstructor(runtimeService as ServiceDefinition, "RuntimeService");

/** A runtime of Kubernetes' containers (containerd, CRI-O) by its CRI socket. */
export function criEngine(socket: string): ContainerEngine {
  // Servers written in Go take no path of a socket for the name of a host.
  const client = new RuntimeClient(`unix:${socket}`, credentials.createInsecure(), {
    "grpc.default_authority": "localhost",
  });
  return {
    socket,
    async find(id) {
      const answer = await new Promise<unknown>((resolve, reject) => {
        const deadline = Date.now() + ANSWER_MS;
        client["ListContainers"]?.({ filter: { id } }, { deadline }, (error: Error | null, message: unknown) =>
          error === null ? resolve(message) : reject(error),
        );
      });
      const [found] = answerSchema.parse(answer).containers;
      if (found === undefined) return undefined;
      const { labels, metadata, image, imageRef } = found;
      return { name: labels[POD_NAME_LABEL] ?? metadata?.name ?? "", image: image?.image ?? imageRef };
    },
    close: () => client.close(),
  };
}
