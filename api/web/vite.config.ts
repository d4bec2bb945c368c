import { fileURLToPath } from 'node:url';

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [react()],
  build: {
    outDir: here('../../dist/web'),
    emptyOutDir: true,
    // Inlined assets would be data: URLs, which the pages' policy refuses for scripts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
  },
});
