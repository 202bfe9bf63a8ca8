// How fast the running service answers the pages of its people: first each page alone, cold and warm, then many
// people at once who think between two pages. Prints figures beside a baseline of the same run, the health page.
//
// The service must not slow down whoever asks page after page (`--requests-per-account 0 --requests-per-address 0`).
//
//   node bench/service.mjs --url http://127.0.0.1:8080 --users 200 --seconds 600 --pid <process id>
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    url: { type: "string", default: "http://127.0.0.1:8080" },
    users: { type: "string", default: "200" },
    seconds: { type: "string", default: "600" },
    think: { type: "string", default: "5" },
    password: { type: "string", default: "Biaochi-2026" },
    organisation: { type: "string" },
    period: { type: "string" },
    pid: { type: "string" },
  },
});
const api = `${options.url}/api/v1`;
const own = { "content-type": "application/json", "x-biaochi": "1" };

/** Signs in and gives the cookie with what the person may. */
async function signIn(name) {
  const body = JSON.stringify({ name, password: options.password });
  const answer = await fetch(`${api}/session`, { method: "POST", headers: own, body });
  if (!answer.ok) throw new Error(`${name} cannot sign in: ${answer.status} ${await answer.text()}`);
  const cookie = answer.headers.get("set-cookie").split(";")[0];
  return { name, cookie, me: await answer.json() };
}

/** Asks for a page and reads it to the end: the time in milliseconds and the status. */
async function ask(person, path) {
  const begin = performance.now();
  const headers = person ? { cookie: person.cookie } : {};
  const answer = await fetch(path.startsWith("/api") ? options.url + path : `${options.url}${path}`, { headers });
  await answer.arrayBuffer();
  return { time: performance.now() - begin, status: answer.status };
}

function quantile(times, share) {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

const v1 = "/api/v1";

/** Address of a page with its questions; those without an answer are left out. */
function address(path, asked) {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return `${v1}${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

/** Searches by every field that there is, for what a record has in it, and for what no record has. */
function searches(row, about) {
  const fields = {
    number: row.medical_record_number,
    diagnosis: row.diagnosis_code,
    procedure: row.procedure_code,
    group: row.drg,
    department: row.department_name,
    physician: row.physician,
    coder: row.coder,
    grade: row.grade,
    findings: row.errors > 0,
  };
  const by = Object.entries(fields).map(([name, value]) => address("/records", { ...about, [name]: value }));
  const named = address("/records", { ...about, diagnosis: row.diagnosis_name });
  return [...by, named, address("/records", { ...about, number: "无此病案" })];
}

/** The pages of each role, as the web application asks for them. */
function pages(organisation, period, row) {
  const about = { organisation, period };
  const of = (path, more = {}) => address(path, { ...about, ...more });
  const cockpit = ["/cockpit", "/cockpit/drift", "/cockpit/quality", "/cockpit/plan"].map((path) => of(path));
  const indicators = [of("/indicators/values"), of("/indicators/DRG-GROUPING-RATE"), `${v1}/indicators`];
  const groups = [of("/groups", { by: "group" }), of("/groups", { by: "department" })];
  const records = [
    of("/records"),
    ...searches(row, about),
    ...searches(row, { organisation }),
    address("/worklist", { organisation }),
  ];
  return {
    coder: records,
    quality: [...cockpit, ...indicators, ...records],
    president: [...cockpit, ...indicators, ...groups, `${v1}/plans`],
    insurance: [...groups, ...cockpit],
    performance: [...cockpit, `${v1}/plans`, `${v1}/tasks`, `${v1}/assessments`],
  };
}

async function memory() {
  if (!options.pid) return undefined;
  const status = await readFile(`/proc/${options.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

const show = (what, value, unit, bar) => {
  const met = bar === undefined ? "" : `  [≤ ${bar} ${value <= bar ? "met" : "MISSED"}]`;
  console.log(`${what}  ${value.toFixed(1)} ${unit}${met}`);
};

const people = {};
for (const name of ["coder", "quality", "president", "insurance", "performance"]) people[name] = await signIn(name);
const organisation = options.organisation ?? people.coder.me.organisation;
const period = options.period ?? `${new Date().getFullYear() - 1}`;
/** A hundred records of the period, to search for what they have. */
async function sample() {
  const answer = await fetch(options.url + address("/records", { organisation, period, limit: 100 }), {
    headers: { cookie: people.coder.cookie },
  });
  const { items } = await answer.json();
  if (!items?.length) throw new Error(`${organisation} has no records in ${period}: choose another --period`);
  return items;
}
const rows = await sample();
const work = pages(organisation, period, rows[0]);

// Each page alone: the first answer is cold unless it shares what an earlier page computed.
const health = [];
for (let turn = 0; turn < 200; turn += 1) health.push((await ask(undefined, "/healthz")).time);
show("baseline, health page, p95", quantile(health, 0.95), "ms");
// Pages of figures and searches of records are held to different bars, as the people who wait for them would.
const kinds = {
  figures: { paths: /^\/api\/v1\/(cockpit|indicators|groups)/, cold: [], warm: [], bars: [300, 50] },
  "record searches": { paths: /^\/api\/v1\/(records|worklist)\?/, cold: [], warm: [], bars: [200, 200] },
  "other lists": { paths: /./, cold: [], warm: [], bars: [] },
};
const seen = new Set();
let failures = 0;
for (const [name, paths] of Object.entries(work)) {
  for (const path of paths) {
    if (seen.has(name + path)) continue;
    seen.add(name + path);
    const first = await ask(people[name], path);
    const kind = Object.values(kinds).find((one) => one.paths.test(path));
    kind.cold.push(first.time);
    const again = [];
    for (let turn = 0; turn < 20; turn += 1) again.push((await ask(people[name], path)).time);
    kind.warm.push(...again);
    failures += first.status === 200 ? 0 : 1;
    const shown = decodeURIComponent(path.replace("/api/v1", "").replaceAll(/organisation=[^&]*&?/g, "")).slice(0, 60);
    console.log(
      `  ${first.status} ${name.padEnd(11)} ${shown.padEnd(60)} cold ${first.time.toFixed(0)} ms, warm p95 ${quantile(again, 0.95).toFixed(0)} ms`,
    );
  }
}
for (const [name, kind] of Object.entries(kinds)) {
  show(`${name}, cold, p95`, quantile(kind.cold, 0.95), "ms", kind.bars[0]);
  show(`${name}, warm, p95`, quantile(kind.warm, 0.95), "ms", kind.bars[1]);
  console.log(`    ratio of warm to the baseline ${(quantile(kind.warm, 0.95) / quantile(health, 0.95)).toFixed(1)}`);
}
show("pages that did not answer 200", failures, "pages", 0);

// Many people at once: each looks at a month, a quarter or the year, and for records of their own.
const year = period.slice(0, 4);
const quarters = [1, 2, 3, 4].map((quarter) => `${year}Q${quarter}`);
const months = Array.from({ length: 12 }, (_, month) => `${year}-${String(month + 1).padStart(2, "0")}`);
const periods = [year, ...quarters, ...months];
const until = Date.now() + Number(options.seconds) * 1000;
const think = Number(options.think) * 1000;
const times = [];
const statuses = new Map();
const memories = [];
const wait = (time) => new Promise((done) => setTimeout(done, time));
async function user(number) {
  const names = Object.keys(work);
  const name = names[number % names.length];
  const paths = pages(organisation, periods[number % periods.length], rows[number % rows.length])[name];
  let turn = number;
  await wait(Math.random() * think);
  while (Date.now() < until) {
    try {
      const { time, status } = await ask(people[name], paths[turn % paths.length]);
      times.push(time);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    } catch (error) {
      statuses.set(error.cause?.code ?? "failed", (statuses.get(error.cause?.code ?? "failed") ?? 0) + 1);
    }
    turn += 1;
    await wait(think * (0.5 + Math.random()));
  }
}
const watch = setInterval(async () => memories.push(await memory()), 5000);
await Promise.all(Array.from({ length: Number(options.users) }, (_, number) => user(number)));
clearInterval(watch);
const wrong = [...statuses].filter(([status]) => status !== 200);
console.log(`${options.users} people for ${options.seconds} s: ${times.length} pages, ${JSON.stringify(Object.fromEntries(statuses))}`);
show("pages that failed", wrong.reduce((sum, [, count]) => sum + count, 0), "pages", 0);
show("all pages, p50", quantile(times, 0.5), "ms");
show("all pages, p95", quantile(times, 0.95), "ms", 800);
if (options.pid) {
  const known = memories.filter((value) => value !== undefined);
  show("memory after a tenth of the time", known[Math.floor(known.length / 10)] ?? 0, "MiB");
  show("memory at most", Math.max(...known), "MiB", 1536);
}
