import { commandsAndReplies } from "./commands-and-replies.ts";

/** SMTP: commands and the codes of replies. */
export const smtp = commandsAndReplies({
  event: "smtp",
  command: "smtp.req.command",
  code: "smtp.response.code",
  intermediate: "weir.smtp.intermediate_codes",
  notCommands: ["message"],
});
