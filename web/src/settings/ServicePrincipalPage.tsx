import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useNavigate, useParams } from "react-router";

import {
  type ServicePrincipal,
  type ServicePrincipalSecret,
  useSecretChanges,
  useSecrets,
  useServicePrincipal,
  useServicePrincipalChanges,
} from "../api/principals";
import { useCreateTokenFor } from "../api/tokens";
import { Breadcrumbs } from "../components/Breadcrumbs";
import { ConfirmButton } from "../components/ConfirmButton";
import { CopyValue } from "../components/CopyValue";
import { DataTable } from "../components/DataTable";
import { Dialog } from "../components/Dialog";
import { ErrorView } from "../components/ErrorView";
import { momentText } from "../components/moments";
import { Page } from "../components/Page";
import { QueryView } from "../components/QueryView";
import { Section } from "../components/Section";
import { StateBadge } from "../components/StateBadge";
import { useSession } from "../session/session";
import { NewTokenButton } from "./NewTokenButton";

const parents = [{ label: "Service principals", to: "/settings/service-principals" }];

function Secrets({ id }: { id: string }) {
  const secrets = useSecrets(id);
  const { create, remove } = useSecretChanges(id);
  const columns = [
    { title: "Secret", cell: (secret: ServicePrincipalSecret) => <code>{secret.id}</code> },
    { title: "Made", cell: (secret: ServicePrincipalSecret) => momentText(secret.create_time) },
    { title: "Ends", cell: (secret: ServicePrincipalSecret) => momentText(secret.expire_time) },
    { title: "State", cell: (secret: ServicePrincipalSecret) => <StateBadge state={secret.status} /> },
    {
      title: "",
      cell: (secret: ServicePrincipalSecret) => (
        <ConfirmButton
          label="Delete"
          name={`Delete the secret ${secret.id}`}
          title="Delete this secret?"
          action={() => remove.mutateAsync(secret.id)}
        >
          Programs that use this secret stop working at once.
        </ConfirmButton>
      ),
    },
  ];
  return (
    <Section
      title="OAuth secrets"
      description="With the application ID, a secret gets short-lived access tokens. At most five."
      actions={
        <Button variant="default" loading={create.isPending} onClick={() => create.mutate()}>
          New secret
        </Button>
      }
    >
      {create.isError && <ErrorView error={create.error} />}
      <Dialog opened={create.isSuccess} onClose={create.reset} title="The new secret" closeOnClickOutside={false}>
        <Stack gap="md">
          <Alert color="yellow" role="alert">
            Copy it now: it is not shown again.
          </Alert>
          <CopyValue value={create.data?.secret ?? ""} name="secret" />
          <Group justify="flex-end">
            <Button onClick={create.reset}>Done</Button>
          </Group>
        </Stack>
      </Dialog>
      <QueryView query={secrets} what="secrets">
        {(rows) => <DataTable label="OAuth secrets" columns={columns} rows={rows} rowKey={(one) => one.id} empty="There are no secrets." />}
      </QueryView>
    </Section>
  );
}

function Manage({ principal }: { principal: ServicePrincipal }) {
  const { setActive, remove } = useServicePrincipalChanges();
  const create = useCreateTokenFor(principal.applicationId);
  const navigate = useNavigate();
  return (
    <>
      <Secrets id={principal.id} />
      <Section
        title="Tokens"
        description="For programs that know no OAuth. They are listed under Tokens, and revoked there."
        actions={<NewTokenButton create={create} variant="default" />}
      >
        {null}
      </Section>
      <Section title="Switch off or delete">
        <Group gap="xs">
          {principal.active ? (
            <ConfirmButton
              label="Deactivate"
              title={`Deactivate ${principal.displayName}?`}
              action={() => setActive.mutateAsync({ id: principal.id, active: false })}
              size="sm"
            >
              Its programs are refused until you activate it again. Their OAuth access tokens are revoked.
            </ConfirmButton>
          ) : (
            <Button variant="default" loading={setActive.isPending} onClick={() => setActive.mutate({ id: principal.id, active: true })}>
              Activate
            </Button>
          )}
          <ConfirmButton
            label="Delete"
            title={`Delete ${principal.displayName}?`}
            action={() => remove.mutateAsync(principal.id)}
            onDone={() => void navigate("/settings/service-principals")}
            size="sm"
          >
            Its tokens, secrets and rights go with it, and its programs stop working at once. This cannot be undone.
          </ConfirmButton>
        </Group>
      </Section>
    </>
  );
}

export function ServicePrincipalPage() {
  const id = useParams()["id"] ?? "";
  const { user } = useSession();
  const query = useServicePrincipal(id);
  return (
    <QueryView query={query} what="the service principal">
      {(principal) => (
        <Page above={<Breadcrumbs places={parents} />} title={principal.displayName}>
          <Section title="Who it is">
            <Stack gap="xs" align="flex-start">
              <StateBadge state={principal.active ? "ACTIVE" : "DEACTIVATED"} />
              <Text size="sm">
                Application ID, which is also its OAuth client ID and its name in grants:{" "}
              </Text>
              <CopyValue value={principal.applicationId} name="application ID" />
            </Stack>
          </Section>
          {user.admin && <Manage principal={principal} />}
        </Page>
      )}
    </QueryView>
  );
}
