// Asks Lighthouse about a running demo. Starts and seeds nothing itself:
//
//   BASE=http://127.0.0.1:8080 [OUT=FOLDER] node lighthouse.mjs [part of an address …]
//
// Four categories, on a phone and on a desktop, each at least 95. What does not depend on the
// machine has one attempt; for the speed the best of four counts, and what the machine is short of
// when it has other work is taken off the slowness that is played. OUT gets the reports. Ends with 1 and a line a fault when anything was below.

import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import lighthouse from "lighthouse";
import desktop from "lighthouse/core/config/desktop-config.js";
import { base, launch } from "./visitor.mjs";

const LEAST = 95;
const ATTEMPTS = 4;
/** Lighthouse's index of the idle machines for which it plays a telephone by slowing down 4 times. */
const IDLE = 1500;
const SPEED = "performance";
const PAGES = {
  home: "/",
  service: "/services/head-reception",
  calendar: "/book/head-reception?resource=tomsk-admin-main-01",
};
const SCREENS = { phone: undefined, desktop };

/** A port that nobody listens on. */
function freePort() {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** How much slower the page's work is played, on a machine of this index. */
function slowdown(screen, index) {
  const usual = screen === "phone" ? 4 : 1;
  return Math.max(1, usual * Math.min(1, index / IDLE));
}

/** The report of one attempt, and a score of 0 to 100 for each category. */
async function measure(port, url, screen, index) {
  const throttling = { cpuSlowdownMultiplier: slowdown(screen, index) };
  const ask = () => lighthouse(url, { port, logLevel: "error", throttling }, SCREENS[screen]);
  let { lhr } = await ask();
  // On a busy machine the browser loses the trace of a load now and then; that says nothing of us.
  for (let n = 1; lhr.runtimeError && n < ATTEMPTS; n++) ({ lhr } = await ask());
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  const scores = Object.fromEntries(
    Object.entries(lhr.categories).map(([name, x]) => [name, Math.floor(x.score * 100 + 1e-6)]));
  return { lhr, scores };
}

/** The audits of a category that are not perfect. */
function lacking({ categories, audits }, category) {
  return categories[category].auditRefs
    .filter(({ id, weight }) => weight > 0 && audits[id].score !== null && audits[id].score < 0.9)
    .map(({ id }) => [id, audits[id].displayValue].filter(Boolean).join(" "));
}

/** One page on one screen; the lines of what is below. */
async function judge(port, page, screen) {
  const began = Date.now();
  const faults = [];
  let [best, index] = [0, IDLE];
  for (let attempt = 1; attempt <= ATTEMPTS && best < LEAST; attempt++) {
    const { lhr, scores } = await measure(port, base + PAGES[page], screen, index);
    index = lhr.environment.benchmarkIndex;
    best = Math.max(best, scores[SPEED]);
    if (process.env.OUT) {
      writeFileSync(join(process.env.OUT, `${page}-${screen}-${attempt}.json`), JSON.stringify(lhr));
    }
    const below = Object.keys(scores).filter((x) => scores[x] < LEAST);
    const last = attempt === ATTEMPTS || best >= LEAST;
    for (const category of below.filter((x) => (x === SPEED ? last && best < LEAST : attempt === 1))) {
      faults.push(`${page}, ${screen}: ${category} ${scores[category]}: ${lacking(lhr, category).join("; ")}`);
    }
    console.log(`${page}, ${screen}: ${Object.entries(scores).map(([x, n]) => `${x} ${n}`).join(", ")}`
      + ` (attempt ${attempt}, index ${index}, ${((Date.now() - began) / 1000).toFixed(0)} s)`);
  }
  return faults;
}

const wanted = process.argv.slice(2);
if (process.env.OUT) mkdirSync(process.env.OUT, { recursive: true });
const port = await freePort();
const browser = await launch([`--remote-debugging-port=${port}`]);
const faults = [];
for (const page of Object.keys(PAGES)) {
  if (wanted.length && !wanted.some((x) => page.includes(x))) continue;
  for (const screen of Object.keys(SCREENS)) faults.push(...(await judge(port, page, screen)));
}
await browser.close();
for (const fault of faults) console.log(`fault: ${fault}`);
process.exit(faults.length ? 1 : 0);
