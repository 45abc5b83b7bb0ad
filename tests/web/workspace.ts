// What tests make in a workspace by REST.
import { type APIRequestContext, expect } from "@playwright/test";

/** Runs a statement as the owner of `rest`; gives its rows as text. */
export async function sql(rest: APIRequestContext, warehouse: string, statement: string): Promise<(string | null)[][]> {
  const answer = await rest.post("/api/2.0/sql/statements", {
    data: { warehouse_id: warehouse, statement, wait_timeout: "50s", on_wait_timeout: "CANCEL" },
  });
  const body = (await answer.json()) as {
    status?: { state: string; error?: { message: string } };
    result?: { data_array?: (string | null)[][] };
  };
  expect(body.status?.state, `${statement}: ${JSON.stringify(body)}`).toBe("SUCCEEDED");
  return body.result?.data_array ?? [];
}

export interface NewUser {
  email: string;
  password: string;
}

/** A user of the workspace who is no admin. */
export async function newUser(rest: APIRequestContext, email: string): Promise<NewUser> {
  const password = `secret of ${email}`;
  const made = await rest.post("/api/2.0/preview/scim/v2/Users", {
    data: { schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"], userName: email },
  });
  expect(made.ok(), await made.text()).toBe(true);
  const { id } = (await made.json()) as { id: string };
  const set = await rest.patch(`/api/2.0/preview/scim/v2/Users/${id}`, {
    data: {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      Operations: [{ op: "replace", path: "password", value: password }],
    },
  });
  expect(set.ok(), await set.text()).toBe(true);
  return { email, password };
}
