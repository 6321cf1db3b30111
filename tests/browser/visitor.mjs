// A visitor: one browser context that looks at every page it comes to.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** What axe is asked: WCAG 2.2 A and AA, best practice, and the size of targets, off by default. */
const RULES = {
  runOnly: {
    type: "tag",
    values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  },
  rules: { "target-size": { enabled: true } },
  resultTypes: ["violations"],
};

export const base = new URL(process.env.BASE ?? "http://127.0.0.1:8080").origin;
const html = join(process.env.OUT ?? "out", "html");
const shots = process.env.SHOTS;
mkdirSync(html, { recursive: true });
if (shots) mkdirSync(shots, { recursive: true });

/** Everything that was wrong, in all walks. */
export const faults = [];

/** The browser; `more`: further switches. */
export function launch(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync", ...more],
  });
}

export class Visitor {
  /** `look`: width, scripts (true), schemes whose colours axe measures, page kind for the name. */
  static async come(browser, name, look = {}) {
    const { width = 360, scripts = true, schemes = ["light"], locale = "ru-RU" } = look;
    const context = await browser.newContext({
      viewport: { width, height: width > 600 ? 900 : 740 },
      javaScriptEnabled: scripts,
      reducedMotion: "reduce",
      timezoneId: "Asia/Tomsk",
      locale,
    });
    context.setDefaultTimeout(20_000);
    return new Visitor(context, await context.newPage(), { name, scripts, schemes });
  }

  constructor(context, page, facts) {
    Object.assign(this, facts, { context, page, count: 0 });
    page.on("console", (line) => this.overheard(line));
    page.on("pageerror", (error) => this.fault(`script: ${error.message}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (!["data:", "blob:"].includes(url.protocol) && url.origin !== base)
        this.fault(`a request to somebody else: ${url}`);
    });
    page.on("response", (response) => this.answered(response));
  }

  /** The same person in another tab. */
  async tab() {
    const { name, scripts, schemes, context } = this;
    return new Visitor(context, await context.newPage(), { name: `${name}-2`, scripts, schemes });
  }

  fault(what) {
    faults.push(`${this.name}: ${new URL(this.page.url(), base).pathname}: ${what}`);
  }

  overheard(line) {
    // What could not be loaded is judged by its answer.
    const known = line.text().startsWith("Failed to load resource");
    if (["error", "warning"].includes(line.type()) && !known) this.fault(`console: ${line.text()}`);
  }

  answered(response) {
    const request = response.request();
    const document = request.isNavigationRequest() && request.frame() === this.page.mainFrame();
    const status = response.status();
    if (document && (status < 300 || status >= 400)) this.document = response;
    // Sent away for a moment because the machine is busy: a person comes again, and so does `go`.
    if (status === 503 && response.headers()["retry-after"]) return;
    if (status >= 500 || (!document && status >= 400))
      this.fault(`${status} for ${request.method()} ${request.url()}`);
  }

  /** Does what leads to another page, and waits until that page is there. */
  async go(act) {
    await Promise.all([this.page.waitForEvent("framenavigated"), act()]);
    await this.page.waitForLoadState("load");
    for (let tries = 0; this.document.status() === 503; tries++) {
      if (tries === 10) throw new Error(`sent away ten times: ${this.page.url()}`);
      await this.page.waitForTimeout(1000 * Number(this.document.headers()["retry-after"] ?? 1));
      // Sends a form once more, with the key that it was made with.
      await this.page.reload();
    }
  }

  open(path, options) {
    return this.go(() => this.page.goto(base + path, options));
  }

  link(name) {
    return this.page.locator("main").getByRole("link", { name }).first();
  }

  button(name) {
    return this.page.locator("main").getByRole("button", { name }).first();
  }

  /** Follows a link in the page's content, by its words. */
  follow(name) {
    return this.go(() => this.link(name).click());
  }

  /** Presses a button in the page's content, by its words. */
  press(name) {
    return this.go(() => this.button(name).click());
  }

  path() {
    return new URL(this.page.url()).pathname;
  }

  /** Fails the walk when the heading is another one: later steps would only confuse. */
  async heading(words) {
    const text = await this.page.locator("h1").first().innerText();
    if (text.match(words)) return;
    const said = (await this.page.locator(".errors, .notice").allInnerTexts()).join(" | ");
    throw new Error(`«${text}» instead of «${words}» at ${this.page.url()}: ${said}`);
  }

  /** Checks the page that is shown and keeps what it was made of. `status`: what it must be. */
  async look(name, status = 200) {
    const label = `${this.name}-${String(++this.count).padStart(2, "0")}-${name}`;
    if (this.document.status() !== status)
      this.fault(`${this.document.status()} instead of ${status}`);
    writeFileSync(join(html, `${label}.html`), await this.document.body());
    await this.shape();
    for (const colorScheme of this.schemes) {
      await this.page.emulateMedia({ colorScheme });
      if (this.scripts) await this.axe(colorScheme);
      if (shots)
        await this.page.screenshot({ path: join(shots, `${label}-${colorScheme}.png`), fullPage: true });
    }
  }

  /** One main heading, a title, a language, and nothing that is wider than the screen. */
  async shape() {
    const seen = await this.page.evaluate(() => ({
      headings: document.querySelectorAll("h1").length,
      titled: document.title.length > 3 && document.documentElement.lang.length === 2,
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      wide: [...document.querySelectorAll("main *")]
        .filter((x) => x.getBoundingClientRect().right > innerWidth + 1 && !x.closest(".vh"))
        .slice(0, 3).map((x) => `${x.tagName.toLowerCase()}.${x.getAttribute("class") ?? ""}`),
    }));
    if (seen.headings !== 1) this.fault(`${seen.headings} main headings`);
    if (!seen.titled) this.fault("no title or no language");
    if (seen.over > 0) this.fault(`${seen.over} px wider than the screen: ${seen.wide}`);
  }

  async axe(scheme) {
    await this.page.evaluate(axe);
    const { violations } = await this.page.evaluate((rules) => window.axe.run(rules), RULES);
    for (const { id, nodes } of violations) {
      const checks = nodes[0].any.concat(nodes[0].all, nodes[0].none);
      const why = checks.map((x) => x.message).join("; ");
      this.fault(`axe ${id} (${scheme}, ${nodes.length}×): ${nodes[0].html.slice(0, 160)} — ${why}`);
    }
  }

  /** Moves by Tab until `target` has the focus; every stop on the way must be in sight. */
  async tabTo(target) {
    for (let stop = 0; stop < 250; stop++) {
      if (await target.evaluate((x) => x === document.activeElement)) return;
      await this.page.keyboard.press("Tab");
      const hidden = await this.page.evaluate(() => {
        const x = document.activeElement;
        const box = (x.closest("label") ?? x).getBoundingClientRect();
        const out = box.bottom <= 0 || box.top >= innerHeight || box.width === 0;
        return x !== document.body && out ? x.outerHTML.slice(0, 120) : null;
      });
      if (hidden) this.fault(`the focus is out of sight: ${hidden}`);
    }
    throw new Error(`the keyboard does not reach ${target}`);
  }

  leave() {
    return this.context.close();
  }
}
