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

/** Icons that are all a control has for a name; every other one stands beside words and is not read out. */
const ICON_NAMES = { search: '查找', close: '关闭', ellipsis: '更多' };

/** Places in the parts of the library where a control is called by an English word, and what stands there instead. */
const NAMES: [file: RegExp, before: RegExp, after: string][] = [
  [
    /@ant-design\/icons\/es\/components\/AntdIcon(Light)?\.js$/,
    /role: "img",\s*"aria-label": icon\.name/,
    `...(${JSON.stringify(ICON_NAMES)}[icon.name] || restProps["aria-label"] || restProps.role || onClick
      ? { role: "img", "aria-label": ${JSON.stringify(ICON_NAMES)}[icon.name] ?? icon.name }
      : { "aria-hidden": true })`,
  ],
  [
    /@rc-component\/input\/es\/BaseInput\.js$/,
    /React\.createElement\("button", \{/,
    'React.createElement("button", { "aria-label": "清除",',
  ],
  [/@rc-component\/select\/es\/hooks\/useAllowClear\.js$/, /'Clear'/, "'清除'"],
];

/** Controls are called in Chinese. What the library no longer writes so stops the build: somebody has to look. */
function chineseNames(): Plugin {
  return {
    name: 'chinese-names',
    transform(code, id) {
      const [file] = id.split('?');
      const found = NAMES.find(([path]) => path.test(file ?? ''));
      if (!found) return null;
      const [, before, after] = found;
      if (!before.test(code)) this.error(`${file}: no longer has ${before}; see how its controls are called now`);
      return { code: code.replace(before, () => after), map: null };
    },
  };
}

export default defineConfig({
  plugins: [woff2Only(), chineseNames(), react()],
  optimizeDeps: { rolldownOptions: { plugins: [chineseNames()] } },
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
