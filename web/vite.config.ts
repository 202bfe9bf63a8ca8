import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Every browser that runs this reads WOFF2: the older copies would double what the binary carries. */
function woff2Only(): Plugin {
  return {
    name: 'woff2-only',
    enforce: 'pre',
    transform(code, id) {
      if (!/noto-sans-sc.*\.css/.test(id)) return null;
      return code.replaceAll(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, '');
    },
  };
}

export default defineConfig({
  plugins: [woff2Only(), react()],
  // `BIAOCHI_API` names another service than the one of `make demo`. The service does what its own pages ask for only,
  // so it has to be told the host that the browser sees.
  server: {
    proxy: { '/api': { target: process.env.BIAOCHI_API ?? 'http://127.0.0.1:8080', changeOrigin: false } },
  },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      output: {
        advancedChunks: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|react-router|scheduler|@tanstack)\// },
            { name: 'echarts', test: /node_modules\/(echarts|zrender)\// },
          ],
        },
      },
    },
  },
});
