import { Anchor, Button, Group, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Link, useNavigate } from "react-router";

import { type ServicePrincipal, useServicePrincipalChanges, useServicePrincipals } from "../api/principals";
import { type DataColumn, DataTable } from "../components/DataTable";
import { Dialog } from "../components/Dialog";
import { ErrorView } from "../components/ErrorView";
import { Page } from "../components/Page";
import { QueryView } from "../components/QueryView";
import { StateBadge } from "../components/StateBadge";
import { useSession } from "../session/session";

const columns: DataColumn<ServicePrincipal>[] = [
  {
    title: "Name",
    cell: (one) => (
      <Anchor component={Link} to={`/settings/service-principals/${one.id}`} size="sm">
        {one.displayName}
      </Anchor>
    ),
  },
  { title: "Application ID", cell: (one) => <code>{one.applicationId}</code> },
  { title: "State", cell: (one) => <StateBadge state={one.active ? "ACTIVE" : "DEACTIVATED"} /> },
];

function NewServicePrincipalButton() {
  const { create } = useServicePrincipalChanges();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(name.trim(), { onSuccess: (made) => void navigate(`/settings/service-principals/${made.id}`) });
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>New service principal</Button>
      <Dialog opened={open} onClose={() => setOpen(false)} title="New service principal">
        <form onSubmit={submit}>
          <Stack gap="md">
            <TextInput
              label="Name"
              placeholder="Nightly report"
              required
              withAsterisk={false}
              maxLength={200}
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            {create.isError && <ErrorView error={create.error} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={() => setOpen(false)}>
                Cancel
              </Button>
              <Button type="submit" loading={create.isPending}>
                Create
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </>
  );
}

export function ServicePrincipalsPage() {
  const { user } = useSession();
  const principals = useServicePrincipals();
  return (
    <Page
      title="Service principals"
      description="Accounts for programs, with rights of their own."
      actions={user.admin && <NewServicePrincipalButton />}
    >
      <QueryView query={principals} what="service principals">
        {(rows) => (
          <DataTable
            label="Service principals"
            columns={columns}
            rows={rows}
            rowKey={(one) => one.id}
            empty="There are no service principals yet."
          />
        )}
      </QueryView>
    </Page>
  );
}
