import { z } from "zod";
import { RIGHTS } from "./right.ts";

/** What a browser signs in with. */
export const signInSchema = z.object({ token: z.string().min(1).max(10_000) });

/** Who asks. */
export const sessionSchema = z.object({
  caller: z.string().optional().describe("Absent where the hub does not know who asks"),
  rights: z.array(z.enum(RIGHTS)),
});
export type SessionJson = z.infer<typeof sessionSchema>;
