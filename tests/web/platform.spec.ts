// The connector platform's pages: sources and their forms, tests, tables, syncs with progress, history and errors.
import type { APIRequestContext } from "@playwright/test";

import { expect, expectGoodPage, type Page, test as base } from "./lakeport_test";
import type { Server } from "./server";
import { Shop } from "./shop";
import { sql } from "./workspace";

interface Prepared {
  shop: Shop;
  destination: string;
}

/** Connects the Lakeport tile with the catalog "landing"; gives the platform's destination. */
async function connectLakeport(rest: APIRequestContext, server: Server): Promise<string> {
  await sql(rest, server.warehouseId, "CREATE CATALOG landing");
  // The tables will belong to Lakeport's service principal.
  await sql(rest, server.warehouseId, "GRANT USE SCHEMA ON CATALOG landing TO `account users`");
  await sql(rest, server.warehouseId, "GRANT SELECT ON CATALOG landing TO `account users`");
  const started = await rest.post("/api/2.1/partner-connect/connections", {
    data: { partner_id: "lakeport", choice: { write_catalog: "landing", warehouse_id: server.warehouseId } },
  });
  expect(started.ok(), await started.text()).toBe(true);
  const { id } = (await started.json()) as { id: string };
  const ended = await rest.get(`/api/2.1/partner-connect/attempts/${id}?wait_ms=20000`);
  expect(await ended.json()).toMatchObject({ state: "connected" });
  const found = await rest.get("/api/2.1/connector-platform/destinations");
  return ((await found.json()) as { destinations: { id: string }[] }).destinations[0]?.id ?? "";
}

const test = base.extend<{ prepared: Prepared }, { shop: Shop }>({
  shop: [
    async ({}, use) => {
      const shop = await Shop.start();
      await use(shop);
      await shop.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],
  prepared: async ({ rest, server, shop }, use) => {
    const found = await rest.get("/api/2.1/connector-platform/destinations");
    const { destinations } = (await found.json()) as { destinations: { id: string }[] };
    await use({ shop, destination: destinations[0]?.id ?? (await connectLakeport(rest, server)) });
  },
});
test.use({ serveOptions: ["--dev"] });

async function connectorId(rest: APIRequestContext, name: string): Promise<string> {
  const answer = await rest.get("/api/2.1/connector-platform/connector-types");
  const { connector_types: types } = (await answer.json()) as { connector_types: { id: string; name: string }[] };
  return types.find((type) => type.name === name)?.id ?? "";
}

/** A connection with the shop made by REST; each test has a schema prefix and a replication slot of its own. */
async function shopConnection(rest: APIRequestContext, prepared: Prepared, name: string): Promise<string> {
  const made = await rest.post("/api/2.1/connector-platform/connections", {
    data: {
      destination_id: prepared.destination,
      name,
      connector: await connectorId(rest, "PostgreSQL"),
      schema: name,
      configuration: { ...prepared.shop.login, database: "shop", slot: name, publication: name },
    },
  });
  expect(made.ok(), await made.text()).toBe(true);
  return ((await made.json()) as { id: string }).id;
}

const newest = (page: Page) => page.getByRole("table", { name: "History" }).locator("tbody > tr").first();

async function syncNow(page: Page, outcome: string): Promise<void> {
  const started = page.waitForResponse((answer) => answer.url().endsWith("/sync") && answer.status() === 202);
  await page.getByRole("button", { name: "Sync now" }).click();
  await started;
  await expect(page.getByRole("button", { name: "Sync now" })).toBeVisible({ timeout: 180_000 });
  await expect(newest(page)).toContainText(outcome);
}

test("without a destination it leads to Partner Connect", async ({ adminPage: page, rest }) => {
  const found = await rest.get("/api/2.1/connector-platform/destinations");
  expect(((await found.json()) as { destinations: unknown[] }).destinations).toEqual([]);
  await page.goto("/platform");
  await expect(page.getByText("Connect a lakehouse first")).toBeVisible();
  await expectGoodPage(page, "platform-empty");
  await page.getByRole("link", { name: "Lakeport in Partner Connect" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Lakeport" })).toBeVisible();
});

test("a form with fields under conditions, uploads and wrong values", async ({ adminPage: page, prepared, problems }) => {
  problems.allow(/status of 400/);
  await page.goto(`/platform/new?destination=${prepared.destination}`);
  await page.getByRole("searchbox", { name: "Search sources" }).fill("postgres");
  await expectGoodPage(page, "sources");
  await page.getByRole("button", { name: /^PostgreSQL/ }).click();
  await page.getByRole("button", { name: "Save and test" }).click();
  await expect(page.getByText("Host is needed.")).toBeVisible();
  await expect(page.getByText("Database is needed.")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Host" })).toBeFocused();

  // Fields of a mode come and go with it.
  await expect(page.getByRole("textbox", { name: "Replication slot" })).toBeVisible();
  await page.getByRole("radio", { name: /^Cursor column/ }).check();
  await expect(page.getByRole("textbox", { name: "Replication slot" })).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Cursor columns" })).toBeVisible();

  const upload = async (name: string, bytes: number) => {
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: /^CA certificate/ }).click();
    await (await chooser).setFiles({ name, mimeType: "text/plain", buffer: Buffer.alloc(bytes, "x") });
  };
  await upload("notes.txt", 10);
  await expect(page.getByText(/Choose a file that ends in \.pem/)).toBeVisible();
  await upload("large.pem", 2_000_000);
  await expect(page.getByText(/at most/)).toBeVisible();
  await upload("small.pem", 100);
  await expect(page.getByText(/at most/)).toBeHidden();
  await expectGoodPage(page, "set-up-form");
});

test("all kinds of fields are drawn as the form describes them", async ({ adminPage: page, prepared, problems }) => {
  problems.allow(/status of 400/);
  // A form with what no built-in source has; it is only drawn, not sent.
  const form = {
    schema_selection_supported: true,
    table_selection_supported: true,
    fields: [
      { name: "plain", label: "Plain", kind: "text", required: true, placeholder: "like this", description: "Any text." },
      { name: "secret", label: "Secret", kind: "password", required: true },
      { name: "internal", label: "Internal", kind: "hidden", required: false, default: "x" },
      { name: "one", label: "One of", kind: "dropdown", required: true, options: [{ value: "a" }, { value: "b" }] },
      { name: "on", label: "Switch", kind: "toggle", required: false },
      {
        name: "when_on",
        label: "",
        kind: "conditional",
        required: false,
        condition: { field: "on", equals: true },
        fields: [
          { name: "inner", label: "Inner", kind: "text", required: true },
          {
            name: "when_inner",
            label: "",
            kind: "conditional",
            required: false,
            condition: { field: "inner", has_value: true },
            fields: [{ name: "deep", label: "Deep", kind: "text", required: false }],
          },
        ],
      },
      {
        name: "how",
        label: "How",
        kind: "descriptive_dropdown",
        required: true,
        options: [
          { value: "x", label: "Way X", description: "Slow and sure." },
          { value: "y", label: "Way Y", description: "Quick." },
        ],
      },
      { name: "file", label: "File", kind: "upload", required: false, upload: { extensions: [".csv"], max_bytes: 100 } },
    ],
    tests: [],
  };
  await page.route("**/connector-types/*/form", (route) => route.fulfill({ json: form }));
  await page.goto(`/platform/new?destination=${prepared.destination}`);
  await page.getByRole("button", { name: /^PostgreSQL/ }).click();
  await expect(page.getByRole("textbox", { name: "Plain" })).toHaveAttribute("placeholder", "like this");
  await expect(page.getByRole("textbox", { name: "Secret" })).toHaveAttribute("type", "password");
  await expect(page.getByText("Internal")).toHaveCount(0);
  await expect(page.getByRole("textbox", { name: "Inner" })).toHaveCount(0);
  await page.getByRole("switch", { name: "Switch" }).focus();
  await page.keyboard.press("Space");
  await expect(page.getByRole("textbox", { name: "Deep" })).toHaveCount(0);
  await page.getByRole("textbox", { name: "Inner" }).fill("something");
  await expect(page.getByRole("textbox", { name: "Deep" })).toBeVisible();
  await page.getByRole("radio", { name: /^Way Y/ }).check();
  await page.getByRole("combobox", { name: "One of" }).click();
  await page.getByRole("option", { name: "b" }).click();
  await expectGoodPage(page, "all-fields");

  const sent = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/connections"));
  await page.route("**/connector-platform/connections", (route) => route.fulfill({ status: 400, json: { message: "No." } }));
  await page.getByRole("textbox", { name: "Plain" }).fill("p");
  await page.getByRole("textbox", { name: "Secret" }).fill("s");
  await page.getByRole("button", { name: "Save and test" }).click();
  expect(((await sent).postDataJSON() as { configuration: object }).configuration).toEqual({
    plain: "p",
    secret: "s",
    internal: "x",
    one: "b",
    on: "true",
    inner: "something",
    deep: "",
    how: "y",
    file: "",
  });
});

test("failed tests say what to do; a corrected set-up passes them", async ({ adminPage: page, prepared }) => {
  await page.goto(`/platform/new?destination=${prepared.destination}`);
  await page.getByRole("button", { name: /^PostgreSQL/ }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Corrected");
  await page.getByRole("textbox", { name: "Schema prefix" }).fill("corrected");
  await page.getByRole("textbox", { name: "Host" }).fill(prepared.shop.login.host);
  await page.getByRole("textbox", { name: "Port" }).fill(prepared.shop.login.port);
  await page.getByRole("textbox", { name: "Database" }).fill("shop");
  await page.getByRole("textbox", { name: "User" }).fill(prepared.shop.login.user);
  await page.getByRole("textbox", { name: "Password" }).fill("not the password");
  await page.getByRole("textbox", { name: "Replication slot" }).fill("corrected");
  await page.getByRole("button", { name: "Save and test" }).click();
  await expect(page.getByText(/tests failed/)).toBeVisible({ timeout: 60_000 });
  await expectGoodPage(page, "tests-failed");

  await page.getByRole("tab", { name: "Set-up" }).click();
  await expect(page.getByRole("textbox", { name: "Password" })).toHaveValue("");
  await expect(page.getByRole("textbox", { name: "Password" })).toHaveAttribute("placeholder", "Kept as it is");
  await page.getByRole("textbox", { name: "Password" }).fill(prepared.shop.login.password);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await expect(page.getByText("All tests passed.")).toBeVisible({ timeout: 60_000 });
  await expectGoodPage(page, "set-up");
});

test("chooses tables and columns, syncs them, and shows later changes and errors", async ({ adminPage: page, rest, prepared, server }) => {
  const id = await shopConnection(rest, prepared, "picked");
  await page.goto(`/platform/connections/${id}?tab=tables`);
  await expect(page.getByText("6 of 6 tables selected")).toBeVisible();
  await page.getByRole("button", { name: "Select none" }).click();
  await page.getByRole("searchbox", { name: "Search tables" }).fill("order");
  await page.getByRole("button", { name: "Select all" }).click();
  await expect(page.getByText("2 of 6 tables selected")).toBeVisible();
  await page.getByRole("searchbox", { name: "Search tables" }).fill("");
  await page.getByRole("checkbox", { name: "shop.customers" }).check();
  await page.getByRole("button", { name: /columns of shop\.customers$/ }).click();
  const columns = page.getByRole("group", { name: "Columns of shop.customers" });
  await expect(columns.getByRole("checkbox", { name: "id", exact: true })).toBeDisabled();
  await columns.getByRole("checkbox", { name: "email" }).uncheck();
  await expectGoodPage(page, "tables");
  await page.getByRole("button", { name: "Save the selection" }).click();
  await expect(page.getByText("Saved. The next sync loads this selection.")).toBeVisible();

  await page.getByRole("tab", { name: "Syncs" }).click();
  await syncNow(page, "Succeeded");
  const tables = page.getByRole("table", { name: /^Tables of the sync/ });
  await expect(tables.getByRole("row")).toHaveCount(4);
  await expect(tables).toContainText("customers");
  await expect(tables).not.toContainText("products");
  await expectGoodPage(page, "history");
  const described = await sql(rest, server.warehouseId, "DESCRIBE TABLE landing.picked_shop.customers");
  expect(described.map(([name]) => name)).not.toContain("email");
  const counted = await sql(rest, server.warehouseId, "SELECT count(*) FROM landing.picked_shop.orders");
  expect(counted).toEqual(await prepared.shop.rows("SELECT count(*) FROM shop.orders"));

  await prepared.shop.run("UPDATE shop.orders SET note = 'changed' WHERE id = 1");
  await syncNow(page, "Succeeded");
  await expect(page.getByRole("table", { name: "History" }).getByRole("button")).toHaveCount(2);
  const changed = await sql(rest, server.warehouseId, "SELECT note FROM landing.picked_shop.orders WHERE id = 1");
  expect(changed).toEqual([["changed"]]);

  // The source is not there any more: the history says so, with what to do.
  const gone = await rest.patch(`/api/2.1/connector-platform/connections/${id}/configuration`, {
    data: { configuration: { port: "1" } },
  });
  expect(gone.ok(), await gone.text()).toBe(true);
  await page.reload();
  await syncNow(page, "Failed");
  await expect(page.getByText("What went wrong")).toBeVisible();
  await expectGoodPage(page, "history-error");
  await page.goto("/platform");
  await expect(page.getByRole("row", { name: /picked/ })).toContainText("Failed");
  await expectGoodPage(page, "connections");
});

test("a running sync shows its rows and can be cancelled", async ({ adminPage: page, rest, prepared }) => {
  await prepared.shop.run("CREATE SCHEMA big");
  await prepared.shop.run("CREATE TABLE big.lines AS SELECT n AS id, repeat('x', 200) AS t FROM generate_series(1, 3000000) n");
  await prepared.shop.run("ALTER TABLE big.lines ADD PRIMARY KEY (id)");
  const id = await shopConnection(rest, prepared, "large");
  await page.goto(`/platform/connections/${id}`);
  await page.getByRole("button", { name: "Sync now" }).click();
  const progress = page.getByTestId("progress");
  const received = () => progress.locator("dd").first().innerText();
  await expect.poll(async () => Number((await received()).replaceAll(/\D/g, "")), { timeout: 120_000 }).toBeGreaterThan(0);
  await expectGoodPage(page, "syncing");
  await page.getByRole("button", { name: "Cancel the sync" }).click();
  await expect(newest(page)).toContainText("Cancelled", { timeout: 120_000 });
  await prepared.shop.run("DROP SCHEMA big CASCADE");

  // Removing asks for the name; what was loaded stays.
  await page.getByRole("tab", { name: "Set-up" }).click();
  await page.getByRole("button", { name: "Remove…" }).click();
  await expectGoodPage(page, "remove");
  await expect(page.getByRole("button", { name: "Remove", exact: true })).toBeDisabled();
  await page.getByLabel("Type large to confirm").fill("large");
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page).toHaveURL(/\/platform$/);
  await expect(page.getByRole("row", { name: /large/ })).toHaveCount(0);
});
