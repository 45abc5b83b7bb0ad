// Each way in which connecting can fail has its own view: what happened, and what to do next (contract, failures).
import { expect, expectGoodPage, type Page, test as base } from "./lakeport_test";
import { failure, MockPartner, register } from "./mock_partner";

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

/** Connects; ends at the failure's view, whose reason it must be. */
async function fail(page: Page, id: string, reason: string) {
  await page.goto(`/partner-connect/partners/${id}`);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  return expectFailure(page, reason);
}

async function expectFailure(page: Page, reason: string) {
  const view = page.locator(`[data-reason="${reason}"]`);
  // The hub tries again for 7 seconds where the contract says so, and waits 30 for an answer.
  await expect(view).toBeVisible({ timeout: 90_000 });
  await expect(view.getByRole("heading", { level: 2 })).toBeFocused();
  await expect(view.getByRole("heading", { name: "What to do next" })).toBeVisible();
  return view;
}

test("400 bad_request: nothing is left", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "bad", { name: "Bad", integration: "NO_INTEGRATION" });
  partner.answer("bad", "connect", () => failure(400, "bad_request", "SECRET WORDS"));
  const view = await fail(page, "bad", "bad_request");
  await expect(view).toContainText("did not understand the request");
  // The contract: logged, not shown.
  await expect(view.getByRole("blockquote")).toHaveCount(0);
  await expectGoodPage(page, "failed-bad-request");
  await view.getByRole("button", { name: "Back to Bad" }).click();
  await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
});

test("401 unauthorized: to the partner's sign-in page", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "locked", { name: "Locked", integration: "NO_INTEGRATION" });
  partner.answer("locked", "connect", () => failure(401, "unauthorized"));
  const view = await fail(page, "locked", "unauthorized");
  const link = view.getByRole("link", { name: "Go to Locked" });
  expect(await link.getAttribute("href")).toBe(partner.welcome("locked"));
  expect(await link.getAttribute("rel")).toBe("noopener noreferrer");
  await expectGoodPage(page, "failed-unauthorized");
});

test("404 connection_not_found: delete, then connect anew", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "gone", { name: "Gone", integration: "WORKSPACE_MANAGEMENT" });
  await page.goto("/partner-connect/partners/gone");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByRole("link", { name: "Connect to Gone" })).toBeVisible();
  await page.getByRole("button", { name: "Manage the connection" }).click();
  partner.answer("gone", "connect", () => failure(404, "connection_not_found", "We know no such connection."));
  await page.getByRole("button", { name: "Open Gone" }).click();
  const view = await expectFailure(page, "connection_not_found");
  await expect(view.getByText("We know no such connection.")).toBeVisible();
  await expectGoodPage(page, "failed-connection-not-found");
  await view.getByRole("button", { name: "Delete the connection…" }).click();
  await page.getByLabel("Type Gone to confirm").fill("Gone");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("heading", { name: "What will be created" })).toBeVisible();
  partner.answer("gone", "connect", ({ body }) => partner.connected("gone", body));
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByRole("link", { name: "Connect to Gone" })).toBeVisible();
});

test("404 account_not_found: get invited, or lose everybody's connection", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "club", { name: "Club", integration: "WORKSPACE_MANAGEMENT" });
  await page.goto("/partner-connect/partners/club");
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByRole("link", { name: "Connect to Club" })).toBeVisible();
  await page.getByRole("button", { name: "Manage the connection" }).click();
  partner.answer("club", "connect", () => failure(404, "account_not_found"));
  await page.getByRole("button", { name: "Open Club" }).click();
  const view = await expectFailure(page, "account_not_found");
  await expect(view.getByRole("listitem").getByText(/invite you/)).toBeVisible();
  await expect(view.getByRole("button", { name: "Delete the connection…" })).toBeVisible();
  await expectGoodPage(page, "failed-account-not-found");
});

test("500 general_error: tried four times, what was kept is shown, try again works", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "shaky", { name: "Shaky", integration: "WORKSPACE_MANAGEMENT" });
  partner.answer("shaky", "connect", () => failure(500, "general_error", "Our database is down."));
  const view = await fail(page, "shaky", "general_error");
  expect(partner.callsOf("shaky", "connect")).toHaveLength(4);
  await expect(view.getByText("Our database is down.")).toBeVisible();
  await expect(view.getByRole("heading", { name: "What was created and kept" })).toBeVisible();
  await expect(view.getByRole("link", { name: "Go to Shaky" })).toBeVisible();
  await expectGoodPage(page, "failed-general-error");
});

test("nobody answers: unreachable, then it works again", async ({ adminPage: page, rest, partner }) => {
  const quiet = await MockPartner.start();
  await register(rest, quiet, "quiet", { name: "Quiet", integration: "NO_INTEGRATION" });
  await quiet.stop();
  const view = await fail(page, "quiet", "unreachable");
  await expectGoodPage(page, "failed-unreachable");
  await view.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("button", { name: "Connect", exact: true })).toBeVisible();
  expect(partner.callsOf("quiet", "connect")).toHaveLength(0);
});

test("no answer in time", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "asleep", { name: "Asleep", integration: "NO_INTEGRATION" });
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  partner.answer("asleep", "connect", async ({ body }) => {
    await released;
    return partner.connected("asleep", body);
  });
  const view = await fail(page, "asleep", "timeout");
  release();
  await expect(view.getByRole("button", { name: "Try again" })).toBeVisible();
  await expectGoodPage(page, "failed-timeout");
});

test("a redirect to a host that is not on the list is never offered", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "sly", { name: "Sly", integration: "NO_INTEGRATION" });
  partner.answer("sly", "connect", ({ body }) =>
    partner.connected("sly", body, { redirect_uri: "https://127.0.0.1.evil.example/welcome" }),
  );
  await fail(page, "sly", "refused_redirect");
  await expect(page.locator('a[href*="evil.example"]')).toHaveCount(0);
  await expectGoodPage(page, "failed-refused-redirect");
});

test("an answer outside of the contract", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "odd", { name: "Odd", integration: "NO_INTEGRATION" });
  partner.answer("odd", "connect", () => ({ status: 200, body: "<html>not JSON</html>" }));
  await fail(page, "odd", "broken_answer");
  await expectGoodPage(page, "failed-broken-answer");
});

test("a private address is not called", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "inside", {
    name: "Inside",
    integration: "NO_INTEGRATION",
    config: { base_url: "https://10.0.0.1/inside", hostnames: [] },
  });
  const view = await fail(page, "inside", "refused_address");
  await expect(view).toContainText("private addresses");
  await expectGoodPage(page, "failed-refused-address");
});

test("what could not be created is said, and nothing is left", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "early", { name: "Early", integration: "NO_INTEGRATION" });
  // Something fails in the workspace itself, before the partner is called: only the view is looked at here.
  await page.route("**/partner-connect/attempts/*", async (route) => {
    const answer = await route.fetch();
    const attempt = (await answer.json()) as Record<string, unknown>;
    delete attempt["connected"];
    await route.fulfill({
      json: {
        ...attempt,
        state: "failed",
        error: { message: "The catalog main does not let you give CREATE SCHEMA away." },
      },
    });
  });
  const view = await fail(page, "early", "provisioning_failed");
  await expect(view.getByText("does not let you give")).toBeVisible();
  await expectGoodPage(page, "failed-provisioning");
});

test("what the partner says is text, never markup", async ({ adminPage: page, rest, partner }) => {
  await register(rest, partner, "markup", { name: "Markup", integration: "NO_INTEGRATION" });
  const words = '<img src=x onerror="document.title=1"><b>bold</b>';
  partner.answer("markup", "connect", () => failure(404, "account_not_found", words));
  const view = await fail(page, "markup", "account_not_found");
  await expect(view.getByText(words)).toBeVisible();
  await expect(view.locator("b")).toHaveCount(0);
});
