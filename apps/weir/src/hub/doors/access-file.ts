import { WeirError } from "@weir/base";
import { z } from "zod";
import { readJsonFile } from "../../json-file.ts";
import { ROLES } from "./rights.ts";

const tokenSchema = z.strictObject({
  name: z.string().min(1).max(200),
  role: z.enum(ROLES),
  /** Hash of the token in lower-case hexadecimal; the token itself stands nowhere. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  payloads: z.boolean().default(false),
  expires: z.iso.datetime({ offset: true }).optional(),
});

const certificateSchema = z.strictObject({
  /** A DNS name or URI of the certificate; `*.` at its beginning stands for one label. */
  name: z.string().min(1).max(2_000),
  role: z.enum(ROLES),
  payloads: z.boolean().default(false),
});

const oidcSchema = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }),
  audience: z.string().min(1),
  /** Claim that holds a role's name, or several. */
  roleClaim: z.string().min(1).default("weir_role"),
  /** Roles by what the claim says, where its words are not the roles'. */
  roles: z.record(z.string(), z.enum(ROLES)).default({}),
  /** Values of the claim that give the right to read payloads. */
  payloads: z.array(z.string()).default([]),
});

const accessSchema = z.strictObject({
  tokens: z.array(tokenSchema).max(10_000).default([]),
  certificates: z.array(certificateSchema).max(10_000).default([]),
  oidc: oidcSchema.optional(),
});

export type AccessToken = z.infer<typeof tokenSchema>;
export type AccessCertificate = z.infer<typeof certificateSchema>;
export type OidcAccess = z.infer<typeof oidcSchema>;
export type Access = z.infer<typeof accessSchema>;

const FORM =
  'It must be {"tokens": [{"name": "…", "role": "viewer", "sha256": "…"}]}; `weir token` makes a token and its line';

/** Reads the file of `--access`: who may do what. Throws CONFIG_INVALID for what it does not know; it never says what stands in a hash. */
export async function readAccessFile(path: string): Promise<Access> {
  const access = await readJsonFile(path, "the access file", accessSchema, FORM);
  if (access.tokens.length + access.certificates.length === 0 && access.oidc === undefined)
    throw new WeirError("CONFIG_INVALID", `the access file ${path} lets nobody in`, FORM);
  return access;
}
