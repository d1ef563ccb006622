import { fromJSON } from "@grpc/proto-loader";

const text = (id: number) => ({ type: "string", id });

/** The part of `runtime.v1.RuntimeService` that lists containers (k8s.io/cri-api, pkg/apis/runtime/v1/api.proto). */
const MESSAGES = {
  RuntimeService: {
    methods: {
      ListContainers: { requestType: "ListContainersRequest", responseType: "ListContainersResponse", comment: "" },
    },
  },
  ContainerFilter: { fields: { id: text(1) } },
  ListContainersRequest: { fields: { filter: { type: "ContainerFilter", id: 1 } } },
  ContainerMetadata: { fields: { name: text(1) } },
  ImageSpec: { fields: { image: text(1) } },
  Container: {
    fields: {
      id: text(1),
      metadata: { type: "ContainerMetadata", id: 3 },
      image: { type: "ImageSpec", id: 4 },
      imageRef: text(5),
      labels: { keyType: "string", type: "string", id: 8 },
    },
  },
  ListContainersResponse: { fields: { containers: { rule: "repeated", type: "Container", id: 1 } } },
};

/** Its definition for gRPC, for clients and servers. */
export const runtimeService = fromJSON({ nested: { runtime: { nested: { v1: { nested: MESSAGES } } } } })[
  "runtime.v1.RuntimeService"
];
