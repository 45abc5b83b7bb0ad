import type { ManagedToken, Token } from "../api/tokens";
import { useAllTokens, useCreateToken, useOwnTokens, useRevokeToken } from "../api/tokens";
import { ConfirmButton } from "../components/ConfirmButton";
import { type DataColumn, DataTable } from "../components/DataTable";
import { momentText } from "../components/moments";
import { Page } from "../components/Page";
import { QueryView } from "../components/QueryView";
import { Section } from "../components/Section";
import { useSession } from "../session/session";
import { NewTokenButton } from "./NewTokenButton";

const nameOf = (token: Token) => token.comment || `Token ${token.token_id.slice(0, 8)}`;

function RevokeButton({ token }: { token: Token }) {
  const revoke = useRevokeToken();
  return (
    <ConfirmButton
      label="Revoke"
      name={`Revoke ${nameOf(token)}`}
      title={`Revoke ${nameOf(token)}?`}
      action={() => revoke.mutateAsync(token.token_id)}
    >
      Programs that use this token stop working at once. A revoked token does not come back.
    </ConfirmButton>
  );
}

const columns: DataColumn<Token>[] = [
  { title: "For", cell: nameOf },
  { title: "Made", cell: (token) => momentText(token.creation_time) },
  { title: "Ends", cell: (token) => (token.expiry_time < 0 ? "Never" : momentText(token.expiry_time)) },
  { title: "", cell: (token) => <RevokeButton token={token} /> },
];

const managedColumns: DataColumn<ManagedToken>[] = [
  ...columns.slice(0, 1),
  { title: "Made by", cell: (token) => token.created_by_username ?? token.owner_id },
  { title: "Last used", cell: (token) => (token.last_used_day ? momentText(token.last_used_day).split(",")[0] : "Not yet") },
  ...columns.slice(1),
];

function TokensOfOthers({ own }: { own: number }) {
  const tokens = useAllTokens(true);
  return (
    <Section title="Tokens of others" description="Of other users and of service principals. You see them because you are an admin.">
      <QueryView query={tokens} what="tokens of others">
        {(all) => (
          <DataTable
            label="Tokens of others"
            columns={managedColumns}
            rows={all.filter((token) => token.owner_id !== own)}
            rowKey={(token) => token.token_id}
            empty="Nobody else has a token."
          />
        )}
      </QueryView>
    </Section>
  );
}

export function TokensPage() {
  const { user } = useSession();
  const tokens = useOwnTokens();
  const create = useCreateToken();
  return (
    <Page
      title="Tokens"
      description="A token lets a program act as you. Give each program its own."
      actions={<NewTokenButton create={create} />}
    >
      <Section title="Your tokens">
        <QueryView query={tokens} what="your tokens">
          {(own) => (
            <DataTable label="Your tokens" columns={columns} rows={own} rowKey={(token) => token.token_id} empty="You have no tokens." />
          )}
        </QueryView>
      </Section>
      {user.admin && <TokensOfOthers own={user.id} />}
    </Page>
  );
}
