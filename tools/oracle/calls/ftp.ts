import { commandsAndReplies } from "./commands-and-replies.ts";

/** FTP: commands and the codes of replies. */
export const ftp = commandsAndReplies({
  event: "ftp",
  command: "ftp.request.command",
  code: "ftp.response.code",
  intermediate: "weir.ftp.intermediate_codes",
  notCommands: [],
});
