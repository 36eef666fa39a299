import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// `vite --mode demo` runs the app on a made-up world (tools/demo), with no server. The product never contains it.
// `--mode admin` builds the operators' page, which shares files with the app but nothing that is loaded.
export default defineConfig(({ mode }) => ({
  resolve: {
    alias: {
      // The virtual list is written for React.
      react: 'preact/compat',
      'react-dom': 'preact/compat',
      'react/jsx-runtime': 'preact/jsx-runtime',
      ...(mode === 'demo' ? { './kith-entry': fileURLToPath(new URL('./tools/demo/entry.ts', import.meta.url)) } : {}),
    },
  },
  server: {
    port: 5173,
    host: '127.0.0.1',
    proxy: {
      '/ws': { target: 'ws://127.0.0.1:8080', ws: true },
      '/v1': 'http://127.0.0.1:8080',
      '/media': 'http://127.0.0.1:8080',
      '/admin/api': 'http://127.0.0.1:8080',
    },
  },
  build: {
    target: 'es2023',
    outDir: 'dist',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    manifest: true,
    rollupOptions: mode === 'admin' ? { input: { admin: fileURLToPath(new URL('./admin.html', import.meta.url)) } } : {
      input: { main: fileURLToPath(new URL('./index.html', import.meta.url)), sw: fileURLToPath(new URL('./src/sw.ts', import.meta.url)) },
      output: {
        entryFileNames: (chunk) => (chunk.name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // What is loaded first comes in one piece, and not a file per module that a lazy part shares with it.
        codeSplitting: {
          groups: [
            { name: 'icons', test: /[\\/]lucide[\\/]/, minShareCount: 2, priority: 2 },
            { name: 'first', includeDependenciesRecursively: false, tags: ['$initial'], test: (id) => !/[\\/]sw\.ts$/.test(id), priority: 1 },
          ],
        },
      },
    },
  },
  test: { include: ['test/**/*.test.ts', 'src/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000, teardownTimeout: 60_000, expect: { poll: { timeout: 60_000 } } },
}));
