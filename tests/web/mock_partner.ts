// A remote company's server, as the hub meets it: one HTTP server with many products, each under a path of its own. What a
// product answers is set by the test; what it was asked is kept.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { APIRequestContext } from "@playwright/test";

export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: Record<string, unknown>;
}

export interface Answer {
  status: number;
  body: unknown;
}

type Handler = (asked: Asked) => Answer | Promise<Answer>;

const json = (status: number, body: unknown): Answer => ({ status, body });

/** The failure body of the contract. */
export const failure = (status: number, reason: string, message?: string): Answer =>
  json(status, { error_reason: reason, ...(message && { display_message: message }), debugging_message: `debug: ${reason}` });

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}

export class MockPartner {
  private readonly handlers = new Map<string, Handler>();
  readonly asked: Asked[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<MockPartner> {
    let partner: MockPartner | undefined;
    const server = createServer((request, response) => {
      partner?.serve(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    partner = new MockPartner(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return partner;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** Where the product's base_url points. */
  base(product: string): string {
    return `${this.url}/${product}`;
  }

  answer(product: string, call: string, handler: Handler): void {
    this.handlers.set(`/${product}/${call}`, handler);
  }

  callsOf(product: string, call: string): Asked[] {
    return this.asked.filter(({ path }) => path === `/${product}/${call}`);
  }

  /** A page of the product that the user's browser is sent to. */
  welcome(product: string): string {
    return `${this.url}/${product}/welcome`;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "").split("?")[0] ?? "";
    if (path.endsWith("/welcome")) {
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end(`<!doctype html><link rel="icon" href="data:,"><title>Welcome</title><h1>Welcome to ${path.split("/")[1]}</h1>`);
      return;
    }
    const asked = { method: request.method ?? "", path, headers: request.headers, body: await bodyOf(request) };
    this.asked.push(asked);
    const answer = (await this.handlers.get(path)?.(asked)) ?? this.usual(asked);
    const body = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
    response.writeHead(answer.status, { "Content-Type": "application/json" });
    response.end(body);
  }

  private usual({ path, body }: Asked): Answer {
    const [, product = "", call = ""] = path.split("/");
    if (call === "connect") return this.connected(product, body);
    if (call === "test-connection") return json(200, { test_results: [{ test_name: "login", status: "PASS", message: "Signed in." }] });
    if (call === "delete-connection") return json(200, { resource_status: "resources_deleted" });
    return failure(404, "general_error");
  }

  /** What connect answers when all is well. */
  connected(product: string, request: Record<string, unknown>, more: Record<string, unknown> = {}): Answer {
    const user = request["user_info"] as Record<string, unknown>;
    const established = user["is_connection_established"] === true;
    return json(200, {
      redirect_uri: this.welcome(product),
      redirect_value: established ? "sign_in" : "create_trial",
      user_status: established ? "existing" : "new",
      account_status: established ? "active" : "new",
      configured_resources: !established,
      ...(!established && { connection_id: `remote-${product}` }),
      ...more,
    });
  }
}

const svg = (width: number) =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="128" viewBox="0 0 ${width} 128">` +
      `<rect width="${width}" height="128" fill="#4a5fb0"/></svg>`,
  ).toString("base64");

export const images = { logo: svg(544), icon: svg(128) };

export interface ProductOptions {
  name?: string;
  category?: string;
  integration: string;
  config?: Record<string, unknown>;
  settings?: Record<string, unknown>;
  authorization?: string;
}

/** The body with which a product of `partner` is registered. */
export function describe(partner: MockPartner, id: string, options: ProductOptions) {
  const base = partner.base(id);
  const resources =
    options.integration === "CLUSTER_COMPUTE" ? ["PAT", "InteractiveCluster"]
    : options.integration.startsWith("WAREHOUSE") ? ["PAT", "SqlEndpoint"]
    : options.integration === "WORKSPACE_MANAGEMENT" ? ["PAT"]
    : [];
  return {
    id,
    config: {
      api_version: "2.1.0",
      name: options.name ?? id,
      description_blurb: `${options.name ?? id} stands for a product of another company.`,
      category: options.category ?? "INGEST",
      base_url: base,
      endpoints: {
        connect_path: "/connect",
        test_connection_path: "/test-connection",
        delete_connection_path: "/delete-connection",
      },
      sign_up_page: `${base}/welcome`,
      privacy_policy: `${base}/welcome`,
      terms_of_service: `${base}/welcome`,
      logo_file: "logo.svg",
      icon_file: "icon.svg",
      allow_editable_email: false,
      resources_to_provision: resources.map((resource_type) => ({ resource_type })),
      data_permissions: [],
      object_permissions: [],
      supported_clouds: ["aws", "azure", "gcp"],
      hostnames: ["127.0.0.1"],
      new_user_action: "auto_add",
      require_manual_signup: false,
      trial_type: "user",
      supports_demo: false,
      auth_options: ["AUTH_PAT"],
      is_published_app: false,
      ...options.config,
    },
    settings: {
      integration_type: options.integration,
      unity_catalog: true,
      warehouse_types: ["CLASSIC", "PRO", "SERVERLESS"],
      external_location: false,
      non_admin: true,
      regions: [],
      ...options.settings,
    },
    ...images,
    authorization: options.authorization ?? "Basic dGVzdDp0ZXN0",
  };
}

/** Registers a product of `partner` in the hub. */
export async function register(
  rest: APIRequestContext,
  partner: MockPartner,
  id: string,
  options: ProductOptions,
): Promise<void> {
  const answer = await rest.post("/api/2.1/partner-connect/partners", { data: describe(partner, id, options) });
  if (!answer.ok()) throw new Error(`registering ${id}: ${answer.status()} ${await answer.text()}`);
}
