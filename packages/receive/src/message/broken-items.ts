import { TooManyMessages } from "./reader.ts";

/** Messages in messages that one request may hold: a message of two bytes costs a hundred in memory. Honest requests of the greatest length have about half as many. */
const MAX_MESSAGES = 2_000_000;

/** Counts the messages of a request, so that a short one cannot stand for more than the hub can hold. */
export class MessageBudget {
  #left = MAX_MESSAGES;

  /** One more message, or so many. Throws {@link TooManyMessages} where that is too much. */
  spend(messages = 1): void {
    this.#left -= messages;
    if (this.#left < 0) throw new TooManyMessages(`it holds more than ${MAX_MESSAGES} messages; send smaller batches`);
  }
}

/** Items of a batch that could not be read, with the first reason. */
export class BrokenItems {
  readonly budget: MessageBudget;
  count = 0;
  /** Why the first of them could not be read. */
  example = "";

  /** `budget`: shared by all that is read of one request. */
  constructor(budget = new MessageBudget()) {
    this.budget = budget;
  }

  add(what: string, error: Error): void {
    this.count += 1;
    if (this.example === "") this.example = `${what}: ${error.message}`;
  }
}
