/** Version of the program as users see it. */
export const VERSION = "0.1.0";
