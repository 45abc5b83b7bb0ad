// The whole way, as one story: sign in, click the Lakeport tile, pick a catalog, land on the connector platform, choose
// PostgreSQL, sync, and query the rows with the token that was provisioned; what was not shared stays closed.
import { expect, expectGoodPage, type Page, signIn, test } from "./lakeport_test";
import { query, Shop } from "./shop";
import { sql } from "./workspace";

test.use({ serveOptions: ["--dev"] });
test.setTimeout(600_000);

async function fillPostgres(page: Page, shop: Shop): Promise<void> {
  await page.getByRole("textbox", { name: "Host" }).fill(shop.login.host);
  await page.getByRole("textbox", { name: "Port" }).fill(shop.login.port);
  await page.getByRole("textbox", { name: "Database" }).fill("shop");
  await page.getByRole("textbox", { name: "User" }).fill(shop.login.user);
  await page.getByRole("textbox", { name: "Password" }).fill(shop.login.password);
}

async function syncNow(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sync now" }).click();
  await expect(page.getByRole("table", { name: "History" }).getByText("Succeeded").first()).toBeVisible({ timeout: 180_000 });
  await expect(page.getByRole("button", { name: "Sync now" })).toBeVisible();
}

test("from the tile to the rows", async ({ page, rest, server }) => {
  const shop = await Shop.start();
  await sql(rest, server.warehouseId, "CREATE CATALOG landing");
  await sql(rest, server.warehouseId, "CREATE SCHEMA main.private");
  await sql(rest, server.warehouseId, "CREATE TABLE main.private.salaries (name STRING, salary INT)");

  // Sign in, and click the tile.
  await page.goto("/");
  await signIn(page, server);
  await page.getByRole("main").getByRole("link", { name: "Lakeport", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Lakeport" })).toBeVisible();

  // Pick the catalog and the warehouse.
  await page.getByRole("combobox", { name: "Catalog", exact: true }).click();
  await page.getByRole("option", { name: "landing" }).click();
  await page.getByLabel("Use one that is there").check();
  await page.getByRole("combobox", { name: "Warehouse", exact: true }).click();
  await page.getByRole("option").first().click();
  await page.getByRole("button", { name: "Connect", exact: true }).click();

  // Land on the platform, in a tab of its own, signed in already.
  const opened = page.waitForEvent("popup");
  await page.getByRole("link", { name: "Connect to Lakeport" }).click();
  const platform = await opened;
  await expect(platform.getByText("Your lakehouse is connected")).toBeVisible();
  await expectGoodPage(platform, "platform-welcome");

  // Choose PostgreSQL and set it up.
  await platform.getByRole("link", { name: "Choose a source" }).click();
  await platform.getByRole("button", { name: /^PostgreSQL/ }).click();
  await fillPostgres(platform, shop);
  await platform.getByRole("button", { name: "Save and test" }).click();
  await expect(platform.getByText("All tests passed.")).toBeVisible({ timeout: 60_000 });
  await expectGoodPage(platform, "platform-tested");

  await syncNow(platform);
  await expect(platform.getByRole("cell", { name: /shop\.customers/ })).toBeVisible();
  await expectGoodPage(platform, "platform-synced");

  // The token is shown when it is rotated: it is the provisioned service principal's.
  await page.getByRole("button", { name: "Manage the connection" }).click();
  await page.getByRole("button", { name: "Rotate the token…" }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const token = await page.getByTestId("token").innerText();
  const path = `/sql/1.0/warehouses/${server.warehouseId}`;
  const ask = (statement: string) => query(server.url, path, server.caFile, token, statement);

  // Every row and the values of every plain column.
  for (const [table, columns] of [
    ["customers", "id, uid, name, email, country, born"],
    ["products", "sku, title, price"],
    ["orders", "id, customer_id, status, note"],
    ["order_lines", "order_id, line, sku, quantity, price"],
    ["reviews", "id, customer_id, sku, stars, body"],
  ] as const) {
    const order = columns.split(", ").slice(0, 2).join(", ");
    const expected = await shop.rows(`SELECT ${columns} FROM shop.${table} ORDER BY ${order}`);
    expect(expected.length).toBeGreaterThan(10);
    const found = await ask(`SELECT ${columns} FROM landing.postgresql_shop.${table} WHERE NOT _fivetran_deleted ORDER BY ${order}`);
    expect(found.error).toBeUndefined();
    expect(found.columns).toEqual(columns.split(", "));
    expect(found.rows, table).toEqual(expected);
  }

  // What was not shared is not there.
  const refused = await ask("SELECT * FROM main.private.salaries");
  expect(refused.rows).toBeUndefined();
  expect(refused.error).toMatch(/main|permission|privilege|USE/i);
  const grants = await sql(rest, server.warehouseId, "SHOW GRANTS ON CATALOG landing");
  expect(grants.length).toBeGreaterThan(0);
  await shop.stop();
});
