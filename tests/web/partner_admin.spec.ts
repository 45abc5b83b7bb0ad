// Partners added, changed, given credentials and retired by an admin in the page.
import { expect, expectGoodPage, test as base } from "./lakeport_test";
import { failure, images, MockPartner, register } from "./mock_partner";

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

const file = (name: string, base64: string, mimeType = "image/svg+xml") => ({
  name,
  mimeType,
  buffer: Buffer.from(base64, "base64"),
});

test("adds a partner: every wrong field is told at once, beside the field", async ({ adminPage: page, partner, problems }) => {
  problems.allow(/status of 400/);
  await page.goto("/partner-connect");
  await page.getByRole("link", { name: "Add a partner" }).click();
  await page.getByLabel("Base address").fill("not an address");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert")).toContainText("need your attention");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Base address")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Sign-up page")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toBeFocused();
  await expectGoodPage(page, "add-partner-problems");

  const address = partner.base("added");
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Added by hand");
  await page.getByLabel("Description").fill("A product that an admin describes.");
  await page.getByLabel("Category").selectOption("DATA_QUALITY");
  await page.getByLabel("Sign-up page").fill(`${address}/welcome`);
  await page.getByLabel("Privacy policy").fill(`${address}/welcome`);
  await page.getByLabel("Terms of service").fill(`${address}/welcome`);
  await page.getByLabel("Base address").fill(address);
  await page.getByRole("combobox", { name: "Redirect hosts" }).fill("127.0.0.1");
  await page.keyboard.press("Enter");
  await page.getByLabel("Integration").selectOption("NO_INTEGRATION");
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Logo" }).click();
  await (await chooser).setFiles(file("wide.svg", images.icon));
  const second = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Icon" }).click();
  await (await second).setFiles(file("icon.svg", images.icon));
  await page.getByRole("button", { name: "Save" }).click();
  // A square is no logo.
  await expect(page.getByText(/times as wide as/).last()).toBeVisible();
  await expect(page.getByRole("alert")).toBeVisible();
  const third = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Logo" }).click();
  await (await third).setFiles(file("logo.svg", images.logo));
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Added by hand" })).toBeVisible();
  await expect(page.getByText("No credential yet")).toBeVisible();
});

test("sets and rotates the credential; both work until the old one is dropped", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "keys", { name: "Keys", integration: "NO_INTEGRATION", authorization: "Basic b2xkOm9sZA==" });
  // The partner knows the old one only, as long as it has not changed over.
  let known = "Basic b2xkOm9sZA==";
  partner.answer("keys", "connect", ({ headers, body }) =>
    headers.authorization === known
      ? partner.connected("keys", body, { configured_resources: false, connection_id: undefined })
      : failure(401, "unauthorized"),
  );
  await page.goto("/partner-connect/partners/keys");
  await page.getByRole("textbox", { name: "New credential" }).fill("Basic bmV3Om5ldw==");
  await page.getByRole("button", { name: "Rotate the credential" }).click();
  await expect(page.getByText("Nobody can read it back.")).toBeVisible();
  await expectGoodPage(page, "partner-admin");
  const connect = async () => {
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await expect(page.getByRole("link", { name: "Connect to Keys" })).toBeVisible();
    await page.getByRole("button", { name: "Back to Keys" }).click();
  };
  await connect();
  known = "Basic bmV3Om5ldw==";
  await connect();
  await page.getByRole("button", { name: "Drop the old one" }).click();
  await expect(page.getByText("Only the newest credential is used now.")).toBeVisible();
  expect(await (await rest.get("/api/2.1/partner-connect/partners/keys")).text()).not.toContain("bmV3Om5ldw");
});

test("changes a partner, retires it, brings it back", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "change", { name: "Changeable", integration: "NO_INTEGRATION" });
  await page.goto("/partner-connect/partners/change");
  await page.getByRole("link", { name: "Change it" }).click();
  await expect(page.getByLabel("Base address")).toHaveValue(partner.base("change"));
  await page.getByLabel("Description").fill("It has another description now.");
  await expectGoodPage(page, "change-partner");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("It has another description now.")).toBeVisible();

  await page.getByRole("button", { name: "Retire it" }).click();
  await expect(page.getByText("Retired", { exact: true })).toBeVisible();
  await expect(page.getByText("You cannot connect this partner")).toBeVisible();
  const list = await rest.get("/api/2.1/partner-connect/partners?search=Changeable");
  expect(((await list.json()) as { partners: unknown[] }).partners).toEqual([]);
  await page.getByRole("button", { name: "Bring it back" }).click();
  await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
});
