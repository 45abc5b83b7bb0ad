// A `lakeport serve` of one's own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const kProgram = process.env["LAKEPORT_PROGRAM"] ?? "../../build/dev/bin/lakeport";

export class Server {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly log: string[],
    readonly url: string,
    readonly adminEmail: string,
    readonly adminPassword: string,
    /** A token of the admin. */
    readonly token: string,
    readonly warehouseId: string,
    /** The certificate to trust. */
    readonly caFile: string,
  ) {}

  static async start(more: string[] = []): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), "lakeport-web-"));
    const child = spawn(
      kProgram,
      ["serve", "--data", join(folder, "data"), "--listen", "127.0.0.1:0", "--json", "--log-level", "warning", ...more],
      { env: { ...process.env, XDG_CONFIG_HOME: join(folder, "config") }, stdio: ["ignore", "pipe", "pipe"] },
    );
    const log: string[] = [];
    child.stderr.on("data", (text: Buffer) => log.push(text.toString()));
    const seen: Record<string, string> = {};
    for await (const line of createInterface(child.stdout)) {
      Object.assign(seen, JSON.parse(line));
      if (seen["event"] === "ready") break;
    }
    if (seen["event"] !== "ready") {
      throw new Error(`${kProgram} serve did not start: ${log.join("")}`);
    }
    child.stdout.resume();
    const value = (name: string) => seen[name] ?? "";
    return new Server(
      child,
      folder,
      log,
      value("url"),
      value("admin_email"),
      value("admin_password"),
      value("admin_token"),
      value("http_path").split("/").at(-1) ?? "",
      value("ca_file"),
    );
  }

  /** What it wrote on standard error. */
  output(): string {
    return this.log.join("");
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, "exit");
      this.process.kill("SIGTERM");
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
