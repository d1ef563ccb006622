import type { HttpApplication } from "./common/http/exchange.ts";
import type { CarriedId } from "./records.ts";

/** How the protocols that HTTP carries are read; the first that knows an exchange as its own has it. Their records stand in `records.ts`. */
export const HTTP_APPLICATIONS = [] as const satisfies readonly (HttpApplication & { readonly id: CarriedId })[];
