// The SQL editor over the statement execution API.
import { expect, expectAccessible, expectGoodPage, test } from "./lakeport_test";

test("runs a statement and shows its rows", async ({ adminPage: page }) => {
  await page.goto("/sql-editor");
  await expect(page.getByRole("button", { name: "Run" })).toBeDisabled();
  await page.getByLabel("SQL", { exact: true }).fill(
    "select 9007199254740993 as big, null as nothing, '<b>Größe</b>' as text, cast(1.50 as decimal(9, 2)) as money, true as yes",
  );
  await page.keyboard.press("Control+Enter");
  const result = page.getByRole("table", { name: "Result" });
  await expect(result.getByRole("cell")).toHaveText(["9007199254740993", "NULL", "<b>Größe</b>", "1.50", "true"]);
  await expect(result.getByRole("columnheader")).toHaveText([/^bigbigint/, /^nothing/, /^textstring/, /^moneydecimal\(9,2\)/, /^yesboolean/]);
  await expect(page.getByText(/^1 row ·/)).toBeVisible();
  await expect(page.getByRole("table", { name: "History" }).getByRole("row", { name: /9007199254740993/ })).toContainText("Finished");
  await expectGoodPage(page, "sql-editor");

  await page.getByLabel("SQL", { exact: true }).fill("select * from range(5000)");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByText(/^The first 1,000 rows; there are more/)).toBeVisible();
  await expect(result.getByRole("row")).toHaveCount(1001);
  // The text is still there after another page, and a past one comes back.
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "SQL editor" }).click();
  await expect(page.getByLabel("SQL", { exact: true })).toHaveValue("select * from range(5000)");
  await page.getByRole("row", { name: /9007199254740993/ }).getByRole("button", { name: "Use again" }).click();
  await expect(page.getByLabel("SQL", { exact: true })).toHaveValue(/9007199254740993/);
});

test("uses the chosen catalog and schema", async ({ adminPage: page, rest }) => {
  const made = await rest.post("/api/2.1/unity-catalog/schemas", { data: { catalog_name: "main", name: "chosen" } });
  expect(made.status()).toBe(200);
  await page.goto("/sql-editor");
  await page.getByLabel("Catalog").selectOption("main");
  await page.getByLabel("Schema").selectOption("chosen");
  await page.getByLabel("SQL", { exact: true }).fill("select current_catalog() || '.' || current_schema() as here");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByRole("cell", { name: "main.chosen", exact: true })).toBeVisible();
});

test("says what is wrong with a statement", async ({ adminPage: page }) => {
  await page.goto("/sql-editor");
  await page.getByLabel("SQL", { exact: true }).fill("select * from main.default.nowhere");
  await page.getByRole("button", { name: "Run" }).click();
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("SQLSTATE 42P01");
  await expect(alert).toContainText("nowhere");
  await expectGoodPage(page, "sql-error");
});

test("cancels a statement", async ({ adminPage: page }) => {
  await page.goto("/sql-editor");
  await page.getByLabel("SQL", { exact: true }).fill("select count(*) from range(100000000) a, range(100000000) b");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.getByRole("button", { name: "Run" })).toBeDisabled();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByText(/^The statement was cancelled after/)).toBeVisible();
  await expect(page.getByRole("button", { name: "Run" })).toBeEnabled();
  await expectAccessible(page);
  await expect(page.getByRole("table", { name: "History" }).getByRole("row").nth(1)).toContainText("Canceled");
});
