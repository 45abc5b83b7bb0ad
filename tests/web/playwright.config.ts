import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: process.env["LAKEPORT_WEB_RESULTS"] ?? "../../build/web-results",
  reporter: [["list"]],
  // Servers and browsers of several tests run at once under ctest: states are waited for, and generously.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  workers: 1,
  retries: 0,
  forbidOnly: true,
  use: {
    actionTimeout: 60_000,
    navigationTimeout: 60_000,
    // The server's certificate is its own authority's.
    ignoreHTTPSErrors: true,
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      // It opens our own server only, and the sandbox needs rights that containers often lack.
      chromiumSandbox: false,
      args: ["--disable-dev-shm-usage", "--disable-gpu"],
    },
  },
});
