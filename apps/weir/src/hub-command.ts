import { Command } from "commander";
/** placeholder replaced below */
export function hubCommand(): Command {
  return new Command("hub");
}
