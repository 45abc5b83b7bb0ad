// Signing in, the frame of the page, and what the server sends with it.
import type { Locator } from "@playwright/test";

import { expect, expectAccessible, expectGoodPage, type Page, signIn, test } from "./lakeport_test";

test("signs in, comes back to where it began, and signs out", async ({ page, server, problems }) => {
  await page.goto("/sql-editor?tab=1");
  await expect(page.getByRole("heading", { name: "Sign in to Lakeport" })).toBeVisible();
  await expectGoodPage(page, "sign-in");

  problems.allow(/status of 401/);
  await page.getByLabel("E-mail").fill(server.adminEmail);
  await page.getByLabel("Password", { exact: true }).fill("this is not it");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("E-mail or password is wrong.");
  await expectAccessible(page);

  await signIn(page, server);
  await expect(page).toHaveURL(/\/sql-editor\?tab=1$/);
  const cookies = await page.context().cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({
    name: "__Host-lakeport-session",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Strict",
    expires: -1,
  });

  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to Lakeport" })).toBeVisible();
  expect(await page.context().cookies()).toEqual([]);
  const late = await page.request.get("/api/2.0/token/list", {
    headers: { Cookie: `${cookies[0]?.name}=${cookies[0]?.value}` },
  });
  expect(late.status()).toBe(401);
});

test("works with the keyboard alone", async ({ page, server }) => {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").focus();
  await page.keyboard.type(server.adminEmail);
  await page.keyboard.press("Tab");
  await page.keyboard.type(server.adminPassword);
  await page.keyboard.press("Enter");
  const navigation = page.getByRole("navigation", { name: "Main" });
  await expect(navigation).toBeVisible();
  await expect(page).toHaveURL(/\/partner-connect$/);

  await page.reload();
  await expect(navigation).toBeVisible();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();

  await page.reload();
  await expect(navigation).toBeVisible();
  await tabTo(page, navigation.getByRole("link", { name: "Settings" }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/settings/);
  await expect(page.getByRole("main")).toBeFocused();
});

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, target: Locator) {
  await expect(target).toBeVisible();
  for (let i = 0; i < 60; ++i) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${target.toString()}`);
}

test("makes and revokes a token, and runs a query, with the keyboard alone", async ({ adminPage: page }) => {
  await page.goto("/settings/tokens");
  const start = page.getByRole("button", { name: "New token" });
  await tabTo(page, start);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("What it is for")).toBeFocused();
  await page.keyboard.type("by keyboard");
  await page.keyboard.press("Enter");
  const done = dialog.getByRole("button", { name: "Done" });
  await tabTo(page, done);
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(start).toBeFocused();

  const row = page.getByRole("row", { name: /by keyboard/ });
  await tabTo(page, row.getByRole("button", { name: "Revoke" }));
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("button", { name: "Keep it" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(row).toBeHidden();

  await page.goto("/sql-editor");
  await tabTo(page, page.getByLabel("SQL", { exact: true }));
  await page.keyboard.type("select 6 * 7 as answer");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("cell", { name: "42", exact: true })).toBeVisible();
});

test("folds the navigation on a phone, and shows what is not there as such", async ({ adminPage: page }) => {
  await page.setViewportSize({ width: 375, height: 740 });
  await page.goto("/settings/nothing/of/that/name");
  await page.goto("/partner-connect");
  const navigation = page.getByRole("navigation", { name: "Main" });
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(navigation).toBeHidden();
  await page.getByRole("button", { name: "Open the navigation" }).click();
  await expect(navigation).toBeVisible();
  await expectGoodPage(page, "navigation-phone");
  await navigation.getByRole("link", { name: "Settings" }).click();
  await expect(page).toHaveURL(/\/settings/);
  await expect(navigation).toBeHidden();
});

test("keeps the chosen theme", async ({ adminPage: page }) => {
  await page.goto("/partner-connect");
  await page.getByRole("button", { name: "Theme" }).click();
  await expect(page.getByRole("menuitemradio", { name: "Dark" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator('html[data-mantine-color-scheme="dark"]')).toBeAttached();
  await page.reload();
  await expect(page.locator('html[data-mantine-color-scheme="dark"]')).toBeAttached();
});

test("a session that ended in the middle leads to the sign-in page and back", async ({ page, server, problems }) => {
  await page.goto("/sql-editor");
  await signIn(page, server);
  await expect(page.getByRole("heading", { level: 1, name: "SQL editor" })).toBeVisible();
  // Calls that are still on their way would lead to the sign-in page before the click.
  await page.waitForLoadState("networkidle");
  const ended = await page.request.delete("/api/2.0/lakeport/session", { headers: { "X-Lakeport-CSRF": "1" } });
  expect(ended.status()).toBe(200);
  problems.allow(/status of 401/);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Settings" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to Lakeport" })).toBeVisible();
  await signIn(page, server);
  await expect(page).toHaveURL(/\/settings\/tokens$/);
  await expect(page.getByRole("heading", { level: 1, name: "Tokens" })).toBeVisible();
});

test("the server sends the page with strict headers, compressed, and keeps the APIs' 404s", async ({ playwright, server }) => {
  const plain = await playwright.request.newContext({ baseURL: server.url, ignoreHTTPSErrors: true });
  for (const path of ["/", "/sign-in", "/partner-connect/some/tile", "/platform", "/sql-editor", "/settings/tokens"]) {
    const answer = await plain.get(path, { headers: { "Accept-Encoding": "br" } });
    expect(answer.status(), path).toBe(200);
    const headers = answer.headers();
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["referrer-policy"]).toBe("same-origin");
    expect(headers["cache-control"]).toBe("no-cache");
    expect(await answer.text()).toContain('<div id="root">');
    const again = await plain.get(path, { headers: { "If-None-Match": headers["etag"] ?? "" } });
    expect(again.status()).toBe(304);
  }
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await (await plain.get("/")).text())?.[1] ?? "";
  const sizes: number[] = [];
  for (const coding of ["identity", "gzip", "br", "gzip;q=0, br;q=0"]) {
    const answer = await plain.get(script, { headers: { "Accept-Encoding": coding } });
    expect(answer.headers()["cache-control"]).toBe("public, max-age=31536000, immutable");
    expect(answer.headers()["content-encoding"]).toBe(coding.length > 4 ? undefined : coding);
    sizes.push(Number(answer.headers()["content-length"]));
    expect((await answer.text()).length).toBeGreaterThan(100_000);
  }
  expect(sizes[1]).toBeLessThan(sizes[0]! / 2);
  expect(sizes[2]).toBeLessThan(sizes[1]!);

  for (const path of ["/api/2.0/nothing", "/api", "/assets/nothing.js", "/nothing"]) {
    const answer = await plain.get(path, { headers: { Accept: "text/html" } });
    expect(answer.status(), path).toBe(404);
    expect(answer.headers()["content-type"]).toContain("application/json");
  }
  await plain.dispose();
});

test("another site cannot use the session", async ({ context, signedIn, server, playwright }) => {
  const state = signedIn as { cookies: { name: string; value: string }[] };
  const cookie = `${state.cookies[0]!.name}=${state.cookies[0]!.value}`;
  const plain = await playwright.request.newContext({ baseURL: server.url, ignoreHTTPSErrors: true });
  const create = (headers: Record<string, string>) =>
    plain.post("/api/2.0/token/create", { headers: { Cookie: cookie, ...headers }, data: { comment: "stolen" } });
  expect((await create({})).status()).toBe(403);
  expect((await create({ "X-Lakeport-CSRF": "1", Origin: "https://elsewhere.example" })).status()).toBe(403);
  expect((await create({ "X-Lakeport-CSRF": "1", Origin: "null" })).status()).toBe(403);
  expect((await create({ "X-Lakeport-CSRF": "1", "Sec-Fetch-Site": "cross-site" })).status()).toBe(403);
  expect((await create({ "X-Lakeport-CSRF": "1", "Sec-Fetch-Site": "same-site" })).status()).toBe(403);
  const tokens = await plain.get("/api/2.0/token/list", { headers: { Cookie: cookie } });
  expect(tokens.status()).toBe(200);
  expect(await tokens.text()).not.toContain("stolen");
  expect((await plain.get("/api/2.0/token/list", { headers: { Cookie: cookie, "Sec-Fetch-Site": "cross-site" } })).status()).toBe(403);
  const made = await create({ "X-Lakeport-CSRF": "1", Origin: server.url, "Sec-Fetch-Site": "same-origin" });
  expect(made.status()).toBe(200);
  expect((await plain.delete("/api/2.0/lakeport/session", { headers: { Cookie: cookie } })).status()).toBe(403);
  await plain.dispose();
  await context.clearCookies();
});
