import { credentials, makeGenericClientConstructor, type ServiceDefinition } from "@grpc/grpc-js";
import { z } from "zod";
import { runtimeService } from "./cri-service.ts";
import { ANSWER_MS, type ContainerEngine, type ContainerPod } from "./engine.ts";

/** Labels by which the kubelet says whose a container is (k8s.io/kubelet, pkg/types/labels.go). */
const Labels = {
  container: "io.kubernetes.container.name",
  pod: "io.kubernetes.pod.name",
  namespace: "io.kubernetes.pod.namespace",
  uid: "io.kubernetes.pod.uid",
} as const;

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
      const name = labels[Labels.container] ?? metadata?.name ?? "";
      return { name, image: image?.image ?? imageRef, pod: podOf(labels) };
    },
    close: () => client.close(),
  };
}

function podOf(labels: Readonly<Record<string, string>>): ContainerPod | undefined {
  const { [Labels.pod]: name, [Labels.namespace]: namespace, [Labels.uid]: uid } = labels;
  return name === undefined || namespace === undefined || uid === undefined ? undefined : { namespace, name, uid };
}
