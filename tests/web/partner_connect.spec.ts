// Connecting partners of each integration type, and managing the connection, against a mock of the partner's server.
import type { APIRequestContext } from "@playwright/test";

import { expect, expectGoodPage, type Page, test as base } from "./lakeport_test";
import { type Asked, MockPartner, register } from "./mock_partner";
import { sql } from "./workspace";

const test = base.extend<object, { partner: MockPartner }>({
  partner: [
    async ({}, use) => {
      const partner = await MockPartner.start();
      await use(partner);
      await partner.stop();
    },
    { scope: "worker" },
  ],
});
test.use({ serveOptions: ["--dev"] });

const tile = (page: Page, name: string) => page.getByRole("main").getByRole("link", { name, exact: true });

async function open(page: Page, id: string): Promise<void> {
  await page.goto(`/partner-connect/partners/${id}`);
  await expect(page.getByRole("heading", { name: "What will be created" })).toBeVisible();
}

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole("combobox", { name: label, exact: true }).click();
  await page.getByRole("option", { name: option }).click();
}

async function useExistingWarehouse(page: Page): Promise<void> {
  await page.getByLabel("Use one that is there").check();
  await page.getByRole("combobox", { name: "Warehouse", exact: true }).click();
  await page.getByRole("option").first().click();
}

/** Presses "Connect", waits for the link, follows it into its own tab. */
async function connect(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await followLink(page, name);
}

async function followLink(page: Page, name: string): Promise<void> {
  const link = page.getByRole("link", { name: `Connect to ${name}` });
  await expect(link).toBeVisible();
  expect(await link.getAttribute("rel")).toBe("noopener noreferrer");
  const opened = page.waitForEvent("popup");
  await link.click();
  const tab = await opened;
  await expect(tab.getByRole("heading", { name: /^Welcome to/ })).toBeVisible();
  expect(await tab.evaluate(() => window.opener === null && document.referrer === "")).toBe(true);
  await tab.close();
}

/** The token that the partner was given. */
function tokenIn(call: Asked | undefined): string {
  const user = call?.body["user_info"] as { auth?: { personal_access_token?: string } } | undefined;
  return user?.auth?.personal_access_token ?? "";
}

async function connectionOf(rest: APIRequestContext, id: string) {
  const answer = await rest.get("/api/2.1/partner-connect/connections");
  const { connections } = (await answer.json()) as { connections: { id: string; partner_id: string; choice: unknown }[] };
  return connections.find(({ partner_id }) => partner_id === id);
}

test("shows tiles by category, finds them by words, and marks what is connected", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "tile-in", { name: "Tile Ingest", integration: "NO_INTEGRATION" });
  await register(rest, partner, "tile-ml", { name: "Tile Models", integration: "NO_INTEGRATION", category: "ML" });
  await page.goto("/partner-connect");
  await expect(tile(page, "Lakeport")).toBeVisible();
  await expect(page.getByRole("region", { name: "Data ingestion" }).getByRole("link", { name: "Tile Ingest" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Machine learning" }).getByRole("link", { name: "Tile Models" })).toBeVisible();
  await expectGoodPage(page, "partner-connect");

  await page.getByRole("searchbox", { name: "Search partners" }).fill("tile m");
  await expect(tile(page, "Tile Ingest")).toBeHidden();
  await expect(tile(page, "Tile Models")).toBeVisible();
  await expect(page).toHaveURL(/search=tile/);
  await page.getByRole("searchbox", { name: "Search partners" }).fill("there is no such thing");
  await expect(page.getByText("No partner matches.")).toBeVisible();
  await page.getByRole("searchbox", { name: "Search partners" }).fill("");
  await page.getByRole("radiogroup", { name: "Category" }).getByText("Machine learning").click();
  await expect(tile(page, "Tile Ingest")).toBeHidden();
  await expect(tile(page, "Tile Models")).toBeVisible();

  // By keyboard.
  await tile(page, "Tile Models").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Tile Models" })).toBeVisible();
  await connect(page, "Tile Models");
  await page.goto("/partner-connect?search=tile");
  const connected = page.getByRole("article").filter({ has: page.getByRole("link", { name: "Tile Models", exact: true }) });
  await expect(connected.getByText("Connected")).toBeVisible();
});

test("write: a catalog, a new warehouse; then test, rotate and delete", async ({ adminPage: page, rest, partner, server }) => {
  await sql(rest, server.warehouseId, "CREATE CATALOG IF NOT EXISTS writes");
  await register(rest, partner, "writer", { name: "Writer", integration: "WAREHOUSE_WRITE" });
  await open(page, "writer");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByText("Choose a catalog.", { exact: true })).toBeVisible();
  await expectGoodPage(page, "connect-write");
  await choose(page, "Catalog", "writes");
  await page.getByLabel("Name").fill("WRITER_OWN");
  await connect(page, "Writer");
  await expectGoodPage(page, "connected");

  const [call] = partner.callsOf("writer", "connect");
  expect(call?.headers["user-agent"]).toBe("databricks");
  expect(call?.headers.authorization).toBe("Basic dGVzdDp0ZXN0");
  expect(call?.body).toMatchObject({ catalog_name: "writes", is_sql_warehouse: true, demo: false });
  const made = await rest.get("/api/2.0/sql/warehouses");
  expect(await made.text()).toContain("WRITER_OWN");

  await page.getByRole("button", { name: "Manage the connection" }).click();
  await expect(page.getByRole("heading", { name: "This workspace is connected" })).toBeVisible();
  await expect(page.getByText("Catalog writes, to write")).toBeVisible();
  await page.getByRole("button", { name: "Test the connection" }).click();
  await expect(page.getByText("The connection works")).toBeVisible();
  await expect(page.getByText("Signed in.")).toBeVisible();
  await expectGoodPage(page, "manage");
  partner.answer("writer", "test-connection", () => ({
    status: 200,
    body: {
      test_results: [
        { test_name: "login", status: "PASS", message: "" },
        { test_name: "query", status: "FAILED", message: "The warehouse is gone." },
      ],
    },
  }));
  await page.getByRole("button", { name: "Test the connection" }).click();
  await expect(page.getByText("The connection does not work")).toBeVisible();
  await expect(page.getByText("query: The warehouse is gone.")).toBeVisible();

  await page.getByRole("button", { name: "Rotate the token…" }).click();
  await expectGoodPage(page, "rotate");
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await expect(page.getByTestId("token")).toHaveText(/^dapi/);
  const token = await page.getByTestId("token").innerText();
  const old = tokenIn(call);
  const me = (bearer: string) =>
    rest.get("/api/2.0/preview/scim/v2/Me", { headers: { Authorization: `Bearer ${bearer}` } });
  expect((await me(token)).status()).toBe(200);
  expect((await me(old)).status()).toBe(401);
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("Token rotated")).toBeVisible();
  await expect(page.getByText(token)).toHaveCount(0);

  await page.getByRole("button", { name: "Delete the connection…" }).click();
  await expect(page.getByText("You will lose:")).toBeVisible();
  await expectGoodPage(page, "delete");
  const confirm = page.getByRole("button", { name: "Delete", exact: true });
  await expect(confirm).toBeDisabled();
  await page.getByLabel("Type Writer to confirm").fill("Write");
  await expect(confirm).toBeDisabled();
  await page.getByLabel("Type Writer to confirm").fill("Writer");
  await confirm.click();
  await expect(page.getByRole("heading", { name: "What will be created" })).toBeVisible();
  expect(await connectionOf(rest, "writer")).toBeUndefined();
  expect((await me(token)).status()).toBe(401);
  await expect.poll(() => partner.callsOf("writer", "delete-connection").length).toBeGreaterThan(0);
  expect(partner.callsOf("writer", "delete-connection")[0]?.body).toMatchObject({ connection_id: "remote-writer" });
});

test("read: schemas of catalogs with unusual names, an existing warehouse; reuse", async ({ adminPage: page, rest, partner, server }) => {
  await sql(rest, server.warehouseId, "CREATE CATALOG IF NOT EXISTS `Bücher & mehr`");
  await sql(rest, server.warehouseId, "CREATE SCHEMA IF NOT EXISTS `Bücher & mehr`.`zwei wörter`");
  await sql(rest, server.warehouseId, "CREATE SCHEMA IF NOT EXISTS main.open_data");
  await register(rest, partner, "reader", { name: "Reader", integration: "WAREHOUSE_READ", category: "BI_AND_VIZ" });
  await open(page, "reader");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByText("Choose at least one schema.")).toBeVisible();
  await choose(page, "Catalog of the schemas", "Bücher & mehr");
  await page.getByLabel("zwei wörter").check();
  await choose(page, "Catalog of the schemas", "main");
  await page.getByLabel("open_data").check();
  await page.getByLabel("default").check();
  await page.getByRole("button", { name: "Remove main.default" }).click();
  await expect(page.getByLabel("default")).not.toBeChecked();
  await useExistingWarehouse(page);
  await expectGoodPage(page, "connect-read");
  await connect(page, "Reader");
  expect((await connectionOf(rest, "reader"))?.choice).toMatchObject({
    read_schemas: [
      { catalog: "Bücher & mehr", schema: "zwei wörter" },
      { catalog: "main", schema: "open_data" },
    ],
    warehouse_id: server.warehouseId,
  });

  await page.getByRole("button", { name: "Manage the connection" }).click();
  await expect(page.getByText("Schema Bücher & mehr.zwei wörter, to read")).toBeVisible();
  await page.getByRole("button", { name: "Open Reader" }).click();
  await followLink(page, "Reader");
  await expect(page.getByText("Sign in at Reader with your account there.")).toBeVisible();
  const again = partner.callsOf("reader", "connect")[1]?.body as Record<string, Record<string, unknown>>;
  expect(again["user_info"]).toMatchObject({ is_connection_established: true });
  expect(again["user_info"]).not.toHaveProperty("auth");
  expect(again["connection_id"]).toBe("remote-reader");
});

test("read and write: a catalog and schemas, with another e-mail", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "both", {
    name: "Both Ways",
    integration: "WAREHOUSE_READ_WRITE",
    category: "DATA_PREP_AND_TRANSFORM",
    config: { allow_editable_email: true },
  });
  await open(page, "both");
  await choose(page, "Catalog", "main");
  await choose(page, "Catalog of the schemas", "main");
  await page.getByLabel("default").check();
  await useExistingWarehouse(page);
  await page.getByLabel("E-mail").fill("not an address");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByText("Write an e-mail address.")).toBeVisible();
  await page.getByLabel("E-mail").fill("somebody@company.example");
  await connect(page, "Both Ways");
  const [call] = partner.callsOf("both", "connect");
  expect(call?.body).toMatchObject({ catalog_name: "main", user_info: { email: "somebody@company.example" } });
});

test("notebooks: a cluster, made when none is chosen", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "notes", { name: "Notes", integration: "CLUSTER_COMPUTE", category: "ML" });
  await open(page, "notes");
  await expect(page.getByRole("combobox", { name: "Cluster", exact: true })).toBeVisible();
  await expect(page.getByText("SQL warehouse", { exact: true })).toHaveCount(0);
  await connect(page, "Notes");
  const [call] = partner.callsOf("notes", "connect");
  expect(call?.body["cluster_id"]).toBeTruthy();
  expect(call?.body["is_sql_warehouse"]).toBe(false);
});

test("workspace management: no data, no warehouse", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "jobs", {
    name: "Job Runner",
    integration: "WORKSPACE_MANAGEMENT",
    category: "DATA_PREP_AND_TRANSFORM",
  });
  await open(page, "jobs");
  await expect(page.getByRole("combobox")).toHaveCount(0);
  await connect(page, "Job Runner");
  const [call] = partner.callsOf("jobs", "connect");
  expect(call?.body).not.toHaveProperty("http_path");
  expect(tokenIn(call)).toMatch(/^dapi/);
});

test("no integration: the user is sent on, nothing is made", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "plain", { name: "Plain Link", integration: "NO_INTEGRATION" });
  partner.answer("plain", "connect", ({ body }) =>
    partner.connected("plain", body, { configured_resources: false, connection_id: undefined }),
  );
  await open(page, "plain");
  await expect(page.getByRole("combobox")).toHaveCount(0);
  await connect(page, "Plain Link");
  await expect(page.getByText("nothing was kept in this workspace")).toBeVisible();
  await expectGoodPage(page, "connected-nothing-kept");
  await page.getByRole("button", { name: "Back to Plain Link" }).click();
  await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
});

test("desktop: a connection file for a warehouse", async ({ adminPage: page, server }) => {
  await page.goto("/partner-connect?category=BI_AND_VIZ");
  await tile(page, "Power BI").click();
  await expect(page.getByRole("heading", { name: "Get the connection file" })).toBeVisible();
  await choose(page, "Catalog to begin with (optional)", "main");
  await expectGoodPage(page, "desktop");
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const download = await started;
  expect(download.suggestedFilename()).toMatch(/\.pbids$/);
  const stream = await download.createReadStream();
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  expect(JSON.parse(text)).toHaveProperty("connections");
  expect(text).toContain(server.warehouseId);
  expect(text).not.toContain("dapi");
  await expect(page.getByText(/Open the \.pbids file/)).toBeVisible();
});

test("progress shows each step while the partner takes its time", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "slow", { name: "Slow", integration: "NO_INTEGRATION" });
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  partner.answer("slow", "connect", async ({ body }) => {
    await released;
    return partner.connected("slow", body);
  });
  await open(page, "slow");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Connecting to Slow…" })).toBeVisible();
  await expect(page.getByRole("list", { name: "Steps" }).getByText(/in progress/)).toBeVisible();
  await expectGoodPage(page, "connecting");
  // The attempt is in the address: a reload goes on with it.
  await page.reload();
  await expect(page.getByRole("heading", { name: "Connecting to Slow…" })).toBeVisible();
  release();
  await followLink(page, "Slow");
});
