// The settings: tokens, service principals, catalogs with grants, warehouses with their queries, the audit log.
import type { APIRequestContext } from "@playwright/test";

import { expect, expectAccessible, expectGoodPage, type Page, test } from "./lakeport_test";

/** Confirms in the dialog that asks. */
async function confirm(page: Page, button: string) {
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: button, exact: true }).click();
  await expect(dialog).toBeHidden();
}

async function sql(rest: APIRequestContext, warehouse: string, statement: string) {
  const answer = await rest.post("/api/2.0/sql/statements", {
    data: { warehouse_id: warehouse, statement, wait_timeout: "50s" },
  });
  const { status } = (await answer.json()) as { status: { state: string; error?: { message: string } } };
  expect(status, statement).toMatchObject({ state: "SUCCEEDED" });
}

test("makes a token, shows it once, revokes it", async ({ adminPage: page, server, playwright }) => {
  await page.goto("/settings");
  await expect(page).toHaveURL(/\/settings\/tokens$/);
  await expect(page.getByRole("row", { name: /made at the first start/ })).toBeVisible();
  await expectGoodPage(page, "tokens");

  await page.getByRole("button", { name: "New token" }).click();
  const dialog = page.getByRole("dialog", { name: "New token" });
  await dialog.getByLabel("What it is for").fill("nightly <report>");
  await dialog.getByLabel("Good for").selectOption("30 days");
  await expectGoodPage(page, "new-token");
  await dialog.getByRole("button", { name: "Create" }).click();
  const shown = page.getByRole("dialog", { name: "The new token" });
  await expect(shown).toContainText("it is not shown again");
  const value = await shown.locator("code").innerText();
  expect(value).toMatch(/^dapi[0-9a-f]{32}$/);
  await expectAccessible(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
  await shown.getByRole("button", { name: "Copy the token" }).click();
  await expect(shown.getByText("The token was copied.")).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(value);
  await shown.getByRole("button", { name: "Done" }).click();
  await expect(shown).toBeHidden();
  const row = page.getByRole("row", { name: /nightly <report>/ });
  await expect(row).toBeVisible();
  expect(await page.content()).not.toContain(value);

  const program = await playwright.request.newContext({
    baseURL: server.url,
    ignoreHTTPSErrors: true,
    extraHTTPHeaders: { Authorization: `Bearer ${value}` },
  });
  expect((await program.get("/api/2.0/token/list")).status()).toBe(200);
  await row.getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("dialog")).toContainText("stop working at once");
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: "Revoke" }).click();
  await confirm(page, "Revoke");
  await expect(row).toBeHidden();
  expect((await program.get("/api/2.0/token/list")).status()).toBe(401);
  await program.dispose();
});

test("makes a service principal with a secret and a token, switches it off, deletes it", async ({
  adminPage: page,
  server,
  playwright,
}) => {
  await page.goto("/settings/service-principals");
  await expect(page.getByText("There are no service principals yet.")).toBeVisible();
  await page.getByRole("button", { name: "New service principal" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Robot ö `1`");
  await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Robot ö `1`" })).toBeVisible();
  const clientId = await page.locator("code").first().innerText();
  expect(clientId).toMatch(/^[0-9a-f-]{36}$/);

  await page.getByRole("button", { name: "New secret" }).click();
  const secretShown = page.getByRole("dialog", { name: "The new secret" });
  const secret = await secretShown.locator("code").innerText();
  expect(secret).toMatch(/^dose/);
  await secretShown.getByRole("button", { name: "Done" }).click();
  await expect(secretShown).toBeHidden();
  await expect(page.getByRole("table", { name: "OAuth secrets" }).getByRole("row")).toHaveCount(2);
  await expectGoodPage(page, "service-principal");

  const plain = await playwright.request.newContext({ baseURL: server.url, ignoreHTTPSErrors: true });
  const getToken = () =>
    plain.post("/oidc/v1/token", {
      form: { grant_type: "client_credentials", client_id: clientId, client_secret: secret, scope: "all-apis" },
    });
  expect((await getToken()).status()).toBe(200);

  await page.getByRole("button", { name: "New token" }).click();
  await page.getByRole("dialog").getByLabel("What it is for").fill("robot's token");
  await page.getByRole("dialog").getByRole("button", { name: "Create" }).click();
  const tokenShown = page.getByRole("dialog", { name: "The new token" });
  const token = await tokenShown.locator("code").innerText();
  await tokenShown.getByRole("button", { name: "Done" }).click();
  const asRobot = () => plain.get("/api/2.0/preview/scim/v2/Me", { headers: { Authorization: `Bearer ${token}` } });
  expect((await (await asRobot()).json()) as object).toMatchObject({ displayName: "Robot ö `1`" });

  await page.getByRole("button", { name: "Deactivate" }).click();
  await confirm(page, "Deactivate");
  await expect(page.getByText("Deactivated")).toBeVisible();
  expect((await asRobot()).status()).toBe(401);
  await page.getByRole("button", { name: "Activate", exact: true }).click();
  await expect(page.getByRole("button", { name: "Deactivate" })).toBeVisible();
  expect((await asRobot()).status()).toBe(200);

  await page.goto("/settings/tokens");
  const row = page.getByRole("table", { name: "Tokens of others" }).getByRole("row", { name: /robot's token/ });
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: "Revoke" }).click();
  await confirm(page, "Revoke");
  await expect(row).toBeHidden();
  expect((await asRobot()).status()).toBe(401);

  await page.goto("/settings/service-principals");
  await expectGoodPage(page, "service-principals");
  await page.getByRole("link", { name: "Robot ö `1`" }).click();
  await page.getByRole("button", { name: "Delete the secret" }).click();
  await confirm(page, "Delete");
  await expect(page.getByText("There are no secrets.")).toBeVisible();
  expect((await getToken()).status()).toBe(401);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await confirm(page, "Delete");
  await expect(page).toHaveURL(/\/service-principals$/);
  await expect(page.getByText("There are no service principals yet.")).toBeVisible();
  await plain.dispose();
});

test("browses catalogs, grants and revokes", async ({ adminPage: page, rest, server }) => {
  await sql(rest, server.warehouseId, "create schema main.`Größe & \"more\"`");
  await sql(rest, server.warehouseId, "create table main.`Größe & \"more\"`.`a``b` (id bigint not null, name string comment 'as written')");
  await page.goto("/settings/catalogs");
  await page.getByRole("link", { name: "main", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "main" })).toBeVisible();
  await expect(page.getByRole("link", { name: 'Größe & "more"' })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Grants" })).toBeVisible();
  await expectGoodPage(page, "catalog");
  await page.getByRole("link", { name: 'Größe & "more"' }).click();
  await page.getByRole("link", { name: "a`b" }).click();
  const columns = page.getByRole("table", { name: "Columns" });
  await expect(columns.getByRole("row")).toHaveText([/Column/, /^idbigintNo$/, /^namestringYesas written$/]);
  // Loaded anew, the place is the same.
  await page.reload();
  await expect(columns.getByRole("row")).toHaveCount(3);
  await expect(page.getByText("Nothing was granted here.")).toBeVisible();

  await page.getByRole("button", { name: "Grant" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("To whom").fill("users");
  await page.getByRole("option", { name: "users", exact: true }).click();
  await dialog.getByLabel("SELECT").check();
  await dialog.getByLabel("MODIFY").check();
  await expectGoodPage(page, "grant");
  await dialog.getByRole("button", { name: "Grant" }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("table", { name: "Grants" }).getByRole("row", { name: /users/ });
  await expect(row).toContainText("MODIFY, SELECT");
  const grants = async () => {
    const name = encodeURIComponent('main.`Größe & "more"`.`a``b`');
    const answer = await rest.get(`/api/2.1/unity-catalog/permissions/table/${name}`);
    return (await answer.json()) as object;
  };
  expect(await grants()).toEqual({ privilege_assignments: [{ principal: "users", privileges: ["MODIFY", "SELECT"] }] });
  await expectGoodPage(page, "table");

  await row.getByRole("button", { name: "Revoke" }).click();
  await confirm(page, "Revoke");
  await expect(page.getByText("Nothing was granted here.")).toBeVisible();
  expect(await grants()).toEqual({ privilege_assignments: [] });
});

test("says why a grant was refused", async ({ adminPage: page, problems }) => {
  problems.allow(/status of 404/);
  await page.goto("/settings/catalogs/main/default");
  await page.getByRole("button", { name: "Grant" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("To whom").fill("nobody@example.com");
  await dialog.getByLabel("SELECT").check();
  await dialog.getByRole("button", { name: "Grant" }).click();
  await expect(dialog.getByRole("alert")).toContainText("nobody@example.com");
  await expectAccessible(page);
});

test("stops and starts a warehouse, and cancels what runs on it", async ({ adminPage: page, rest, server }) => {
  const started = await rest.post("/api/2.0/sql/statements", {
    data: {
      warehouse_id: server.warehouseId,
      statement: "select count(*) from range(100000000) a, range(100000000) b",
      wait_timeout: "0s",
    },
  });
  const { statement_id: id } = (await started.json()) as { statement_id: string };
  const state = async () => {
    const answer = await rest.get(`/api/2.0/sql/statements/${id}`);
    return ((await answer.json()) as { status: { state: string } }).status.state;
  };
  await expect.poll(state).toBe("RUNNING");
  await page.goto("/settings/warehouses");
  const query = page.getByRole("table", { name: "Open queries" }).getByRole("row", { name: /range\(100000000\)/ });
  await expect(query).toContainText("Running");
  await expectGoodPage(page, "warehouses");
  await query.getByRole("button", { name: "Cancel" }).click();
  await confirm(page, "Cancel the query");
  await expect.poll(state).toBe("CANCELED");
  await expect(page.getByText("Nothing runs at the moment.")).toBeVisible();

  const warehouse = page.getByRole("table", { name: "Warehouses" }).getByRole("row", { name: /Starter Warehouse/ });
  await warehouse.getByRole("button", { name: "Stop" }).click();
  await confirm(page, "Stop");
  await expect(warehouse).toContainText("Stopped");
  await warehouse.getByRole("button", { name: "Start" }).click();
  await expect(warehouse).toContainText("Running");
});

test("shows and filters the audit log", async ({ adminPage: page, rest }) => {
  for (let i = 0; i < 60; ++i) await rest.post("/api/2.0/token/create", { data: { comment: `audited ${i}` } });
  await page.goto("/settings/audit-log");
  const log = page.getByRole("table", { name: "Audit log" });
  await expect(log.getByRole("row")).toHaveCount(51);
  await expectGoodPage(page, "audit-log");
  await page.getByRole("button", { name: "Show older ones" }).click();
  await expect(log.getByRole("row", { name: /audited 0\b/ })).toBeVisible();
  await page.getByLabel("Action").fill("generateDbToken");
  await page.getByLabel("Outcome").selectOption("Denied");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByText("Nothing like that was recorded.")).toBeVisible();
  await page.getByLabel("Outcome").selectOption("Ok");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(log.getByRole("row")).toHaveCount(51);
  await expect(log.getByRole("row").nth(1)).toContainText("audited 59");
});

test("a member who is no admin sees what is theirs, and changes the password", async ({ page, rest, problems }) => {
  const made = await rest.post("/api/2.0/preview/scim/v2/Users", { data: { userName: "ann@example.com" } });
  const { id } = (await made.json()) as { id: string };
  const set = await rest.put(`/api/2.0/lakeport/users/${id}/password`, { data: { password: "the first of ann" } });
  expect(set.status()).toBe(200);
  const enter = async (password: string) => {
    await page.getByLabel("E-mail").fill("ann@example.com");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  await page.goto("/settings/password");
  await enter("the first of ann");
  await expect(page.getByRole("heading", { level: 1, name: "Password" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Audit log" })).toBeHidden();
  await expectGoodPage(page, "password");
  problems.allow(/status of 400/);
  const change = async (current: string, next: string) => {
    await page.getByLabel("Current password").fill(current);
    await page.getByLabel("New password").fill(next);
    await page.getByRole("button", { name: "Change the password" }).click();
  };
  await change("not this one", "the second of ann");
  await expect(page.getByRole("alert")).toContainText("is wrong");
  await change("the first of ann", "the second of ann");
  await expect(page.getByText("The password was changed.")).toBeVisible();

  await page.goto("/settings/tokens");
  await expect(page.getByText("You have no tokens.")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Tokens of others" })).toBeHidden();
  await page.goto("/settings/service-principals");
  await expect(page.getByRole("button", { name: "New service principal" })).toBeHidden();
  problems.allow(/status of 403/);
  await page.goto("/settings/audit-log");
  await expect(page.getByRole("alert")).toContainText("You may not do this");
  await expectGoodPage(page, "audit-log-denied");

  await page.getByRole("button", { name: /^Account/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await enter("the second of ann");
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
});
