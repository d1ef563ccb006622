import { BadRequest } from "../failure.ts";

/** The field `profile` of a form (RFC 7578); Node's own reader of forms takes it apart. */
export async function profileOf(body: Uint8Array, contentType: string): Promise<Uint8Array> {
  const form = await new Response(body as Uint8Array<ArrayBuffer>, { headers: { "content-type": contentType } })
    .formData()
    .catch((error: Error) => {
      throw new BadRequest("malformed", `the form cannot be read: ${error.message}`);
    });
  const profile = form.get("profile");
  if (profile === null) throw new BadRequest("malformed", "the form has no field `profile`");
  return typeof profile === "string" ? Buffer.from(profile) : new Uint8Array(await profile.arrayBuffer());
}
