// The sample shop in a private PostgreSQL, and what databricks-sql-connector finds in the lakehouse.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = join(__dirname, "../..");

export interface Login {
  host: string;
  port: string;
  user: string;
  password: string;
}

export class Shop {
  private constructor(
    private readonly folder: string,
    readonly login: Login,
  ) {}

  /** A server of its own with the database "shop"; it ends with this process at the latest. */
  static async start(): Promise<Shop> {
    const folder = await mkdtemp(join(tmpdir(), "lakeport-shop-"));
    await run(join(root, "scripts/private-postgres"), ["start", folder, "--while", String(process.pid)]);
    const login = JSON.parse(await readFile(join(folder, "connection.json"), "utf8")) as Login;
    const shop = new Shop(folder, login);
    await shop.psql(["-d", "postgres", "-c", "CREATE DATABASE shop"]);
    await shop.psql(["-d", "shop", "-f", join(root, "scripts/sample-shop.sql")]);
    return shop;
  }

  /** Rows of `statement` as PostgreSQL writes them; NULL is null. */
  async rows(statement: string): Promise<(string | null)[][]> {
    const text = await this.psql(["-d", "shop", "-At", "-F", "\u001f", "-R", "\u001d", "-P", "null=\u001e", "-c", statement]);
    if (text === "") return [];
    return text
      .replace(/\n$/, "")
      .split("\u001d")
      .map((line) => line.split("\u001f").map((value) => (value === "\u001e" ? null : value)));
  }

  async run(statement: string): Promise<void> {
    await this.psql(["-d", "shop", "-c", statement]);
  }

  async stop(): Promise<void> {
    await run(join(root, "scripts/private-postgres"), ["remove", this.folder]);
  }

  private async psql(more: string[]): Promise<string> {
    const { host, port, user, password } = this.login;
    const fixed = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", host, "-p", port, "-U", user];
    const { stdout } = await run("psql", [...fixed, ...more], {
      env: { ...process.env, PGPASSWORD: password, PGTZ: "UTC" },
      maxBuffer: 64 << 20,
    });
    return stdout;
  }
}

export interface Found {
  columns?: string[];
  rows?: (string | null)[][];
  error?: string;
}

/** What databricks-sql-connector gets for `statement` with nothing but host, path, certificate and token. */
export async function query(url: string, httpPath: string, caFile: string, token: string, statement: string): Promise<Found> {
  const { hostname, port } = new URL(url);
  const { stdout } = await run(
    join(root, "tests/clients/run_python"),
    ["query.py", hostname, port, httpPath, caFile, statement],
    { env: { ...process.env, LAKEPORT_TOKEN: token }, maxBuffer: 64 << 20 },
  );
  return JSON.parse(stdout) as Found;
}
