// Says how much the browser loads before the first page is seen, and fails above the bar. Charts, the writer of
// workbooks and the pages of features come later, when they are needed; fonts come by slices, while the text is
// already seen in a font of the computer.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BAR = 700;
const dist = new URL('../dist/', import.meta.url);

const compressed = (path) => gzipSync(readFileSync(new URL(path, dist))).length;
const kilobytes = (bytes) => (bytes / 1000).toFixed(0).padStart(5);

const html = readFileSync(new URL('index.html', dist), 'utf8');
const first = new Set([...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((found) => found[1]));
// What the first script asks for at once belongs to it, whether or not the page names it.
for (const path of first) {
  if (!path.endsWith('.js')) continue;
  const code = readFileSync(new URL(path, dist), 'utf8');
  for (const found of code.matchAll(/(?:^|[;}\s])(?:import|export)[^"'`();]*["']\.\/([^"']+\.js)["']/g)) {
    first.add(`assets/${found[1]}`);
  }
}
let total = compressed('index.html');
for (const path of first) {
  const size = compressed(path);
  total += size;
  process.stdout.write(`${kilobytes(size)} kB  ${path}\n`);
}
const files = readdirSync(new URL('assets/', dist));
const later = files.filter((name) => name.endsWith('.js') && !first.has(`assets/${name}`));
const laterSize = later.reduce((sum, name) => sum + compressed(`assets/${name}`), 0);
const fonts = files.filter((name) => name.endsWith('.woff2'));
const fontSize = fonts.reduce((sum, name) => sum + readFileSync(new URL(`assets/${name}`, dist)).length, 0);
process.stdout.write(`${kilobytes(total)} kB  first load, compressed (bar: ${BAR} kB)\n`);
process.stdout.write(`${kilobytes(laterSize)} kB  later, in ${later.length} parts\n`);
process.stdout.write(
  `${kilobytes(fontSize)} kB  ${fonts.length} font slices, of which a page takes what its text needs\n`,
);
if (total > BAR * 1000) {
  process.stderr.write(`first load is above ${BAR} kB\n`);
  process.exitCode = 1;
}
