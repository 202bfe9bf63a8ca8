import { execFileSync } from 'node:child_process';
import { defineConfig } from '@playwright/test';

function chromium(): string {
  const given = process.env.CHROMIUM;
  if (given) return given;
  return execFileSync('sh', ['-c', 'command -v chromium || command -v chromium-browser'], { encoding: 'utf8' }).trim();
}

/**
 * How long an answer may take on a busy machine, in milliseconds. Tests wait for conditions, never for time to pass:
 * while all is well the bound costs nothing.
 */
const patience = Number(process.env.BIAOCHI_E2E_PATIENCE ?? 15) * 1000;

const port = process.env.BIAOCHI_E2E_PORT ?? '8093';
const given = process.env.BIAOCHI_URL;
const baseURL = given ?? `http://127.0.0.1:${port}`;

/** The real binary over a demo workspace, unless a service is running already. */
function service() {
  const binary = process.env.BIAOCHI_BIN;
  const workspace = process.env.BIAOCHI_E2E_WORKSPACE;
  if (!binary || !workspace) {
    throw new Error('Set BIAOCHI_URL, or BIAOCHI_BIN and BIAOCHI_E2E_WORKSPACE; `make test-web` does it.');
  }
  return {
    command: `'${binary}' serve --workspace '${workspace}'`,
    url: `${baseURL}/readyz`,
    // Many pages from one address in a short time are what the limits are there for.
    env: {
      BIAOCHI_LISTEN: `127.0.0.1:${port}`,
      // A line for every request would hide what the tests say.
      BIAOCHI_LOG_LEVEL: process.env.BIAOCHI_LOG_LEVEL ?? 'error',
      BIAOCHI_REQUESTS_PER_ADDRESS: '100000',
      BIAOCHI_REQUESTS_PER_ACCOUNT: '100000',
    },
    timeout: 60_000,
    gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 10_000 },
  };
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  timeout: 12 * patience,
  expect: { timeout: 3 * patience },
  // One service, one store: features that change things do not meet in the middle.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  reporter: [['list']],
  // What is published stays published: the others see the demo's assessment before that.
  projects: [
    { name: 'pages', testIgnore: 'assessment.spec.ts' },
    { name: 'publishing', testMatch: 'assessment.spec.ts' },
  ],
  use: {
    actionTimeout: 2 * patience,
    navigationTimeout: 3 * patience,
    contextOptions: { reducedMotion: 'reduce' },
    baseURL,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1366, height: 768 },
    trace: 'retain-on-failure',
    launchOptions: { executablePath: chromium(), args: ['--no-sandbox', '--disable-gpu'] },
  },
  ...(given ? {} : { webServer: service() }),
});
