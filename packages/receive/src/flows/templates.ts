/** One field of a template. */
export interface TemplateField {
  /** IANA's number of the information element. */
  readonly element: number;
  /** Who defines it; 0 for IANA. */
  readonly enterprise: number;
  /** 65535: told in each record. */
  readonly lengthBytes: number;
}

/** How records of one set are laid out. */
export interface Template {
  readonly fields: readonly TemplateField[];
  /** True where its records are about the device and not about flows. */
  readonly isOptions: boolean;
}

/** Templates and sampling rates of more devices than this are not remembered: those that were heard of first go. */
const MAX_REMEMBERED = 20_000;

/** What devices said earlier, by device: how their records are laid out, how they sample, and under which enterprise number Weir's elements are. */
export class ExporterMemory {
  readonly #templates = new Map<string, Template>();
  readonly #rates = new Map<string, number>();
  readonly #ownEnterprises = new Map<string, number>();

  template(scope: string, id: number): Template | undefined {
    return this.#templates.get(`${scope} ${id}`);
  }

  learn(scope: string, id: number, template: Template): void {
    remember(this.#templates, `${scope} ${id}`, template);
  }

  forget(scope: string, id: number): void {
    this.#templates.delete(`${scope} ${id}`);
  }

  /** The rate of one sampler; where a record names none, the device's only or last one. */
  rate(scope: string, sampler: number): number {
    return this.#rates.get(`${scope} ${sampler}`) ?? this.#rates.get(`${scope} 0`) ?? 1;
  }

  /** Whose Weir's own elements are in records of this device; undefined of devices that are no Weir. */
  ownEnterprise(scope: string): number | undefined {
    return this.#ownEnterprises.get(scope);
  }

  learnOwnEnterprise(scope: string, enterprise: number): void {
    remember(this.#ownEnterprises, scope, enterprise);
  }

  learnRate(scope: string, sampler: number, rate: number): void {
    remember(this.#rates, `${scope} ${sampler}`, rate);
    remember(this.#rates, `${scope} 0`, rate);
  }
}

function remember<Value>(memory: Map<string, Value>, key: string, value: Value): void {
  memory.delete(key);
  memory.set(key, value);
  if (memory.size <= MAX_REMEMBERED) return;
  for (const oldest of memory.keys()) {
    memory.delete(oldest);
    break;
  }
}
