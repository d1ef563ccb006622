/** What the line of the console begins with that has the result. */
export const RESULT = "WEIR-RESULT ";
