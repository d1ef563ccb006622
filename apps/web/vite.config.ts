import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** The console is built to `dist`, which the hub serves; in development it asks a hub on its usual port. */
export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/api": "http://127.0.0.1:8686" } },
});
