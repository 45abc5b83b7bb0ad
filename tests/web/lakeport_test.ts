// `test` and `expect` for the web page: a served workspace for each file, a signed-in page, and the checks that every page
// must pass. A test fails when the page broke its content policy or wrote an error to the console.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import {
  type APIRequestContext,
  type Browser,
  type BrowserContextOptions,
  type ConsoleMessage,
  expect,
  type Page,
  request as requests,
  test as base,
} from "@playwright/test";

import { Server } from "./server";

export { expect };
export type { Page };

const axeSource = readFileSync(join(__dirname, "node_modules/axe-core/axe.min.js"), "utf8");

export interface Problems {
  /** Console errors that match are expected (answers with an error status are console errors in Chromium). */
  allow(pattern: RegExp): void;
}

interface WorkerFixtures {
  /** More options of `lakeport serve`. */
  serveOptions: string[];
  server: Server;
  /** Cookies of a signed-in admin. */
  signedIn: BrowserContextOptions["storageState"];
}

interface TestFixtures {
  problems: Problems;
  /** A page signed in as the admin, at nothing yet. */
  adminPage: Page;
  /** REST calls with the admin's token. */
  rest: APIRequestContext;
}

/** Signs in by the form; ends at `next`. */
export async function signIn(page: Page, server: Server): Promise<void> {
  await page.getByLabel("E-mail").fill(server.adminEmail);
  await page.getByLabel("Password", { exact: true }).fill(server.adminPassword);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeAttached();
}

async function signedInState(browser: Browser, server: Server) {
  const context = await browser.newContext({ baseURL: server.url, ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await signIn(page, server);
  const state = await context.storageState();
  await context.close();
  return state;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  serveOptions: [[], { scope: "worker", option: true }],

  server: [
    async ({ serveOptions }, use) => {
      const server = await Server.start(serveOptions);
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  signedIn: [
    async ({ browser, server }, use) => {
      await use(await signedInState(browser, server));
    },
    { scope: "worker", timeout: 120_000 },
  ],

  baseURL: async ({ server }, use) => {
    await use(server.url);
  },

  problems: [
    async ({ context }, use) => {
      const found: string[] = [];
      const allowed: RegExp[] = [];
      const note = (text: string) => found.push(text);
      context.on("console", (message: ConsoleMessage) => {
        if (message.type() === "error") note(`${message.text()} (${message.location().url})`);
      });
      context.on("weberror", (error) => note(`not caught: ${error.error().message}`));
      context.on("requestfailed", (request) => {
        if (request.failure()?.errorText !== "net::ERR_ABORTED") note(`${request.url()}: ${request.failure()?.errorText}`);
      });
      await use({ allow: (pattern) => allowed.push(pattern) });
      expect(found.filter((text) => !allowed.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],

  adminPage: async ({ context, signedIn }, use) => {
    const state = signedIn as { cookies: Parameters<typeof context.addCookies>[0] };
    await context.addCookies(state.cookies);
    await use(await context.newPage());
  },

  rest: async ({ server }, use) => {
    const context = await requests.newContext({
      baseURL: server.url,
      ignoreHTTPSErrors: true,
      timeout: 120_000,
      extraHTTPHeaders: { Authorization: `Bearer ${server.token}` },
    });
    await use(context);
    await context.dispose();
  },
});

interface AxeViolation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

async function useColorScheme(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await expect(page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`)).toBeAttached();
}

async function axe(page: Page): Promise<AxeViolation[]> {
  // By the debugger, so that the page's policy does not apply to axe itself.
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (where: Document) => Promise<{ violations: AxeViolation[] }> } }).axe;
    return (await run.run(document)).violations;
  });
}

/** No violation of any of axe's rules, in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await useColorScheme(page, colorScheme);
    const violations = await axe(page);
    const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((n) => `  ${n.html}\n  ${n.failureSummary}`).join("\n")}`);
    expect(told, `axe in ${colorScheme} at ${page.url()}`).toEqual([]);
  }
  await useColorScheme(page, "light");
}

/** On a phone (375 px) nothing goes beyond the right edge. The page is left at that width. */
export async function expectFitsPhone(page: Page): Promise<void> {
  await page.setViewportSize({ width: 375, height: 740 });
  await expect
    .poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth))
    .toBe(0);
}

/** A picture to look at: LAKEPORT_WEB_SCREENSHOTS names the folder; nothing happens without it. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["LAKEPORT_WEB_SCREENSHOTS"];
  if (!folder) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await useColorScheme(page, colorScheme);
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
  }
  await useColorScheme(page, "light");
}

/** Everything that must hold on each page, once it shows what it is there for. */
export async function expectGoodPage(page: Page, name: string): Promise<void> {
  // A page that has just been opened is still blank.
  await expect(page.locator("h1").first()).toBeAttached();
  await picture(page, name);
  await expectAccessible(page);
  const size = page.viewportSize();
  await expectFitsPhone(page);
  await picture(page, `${name}-phone`);
  if (size) await page.setViewportSize(size);
}
