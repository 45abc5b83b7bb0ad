// The workspace is connected with the partner: who did it, what belongs to it, and what can be done with it.
import { Alert, Badge, Button, Group, List, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import { momentOrNever } from "../components/moments";
import { useSession } from "../session/session";
import { DeleteConnection } from "./DeleteConnection";
import classes from "./Partner.module.css";
import { keys, kHub } from "./queries";
import { RotateToken } from "./RotateToken";
import { TestConnection } from "./TestConnection";
import type { Attempt, Choice, Connection, Partner, Plan } from "./types";

function shared(choice: Choice): string[] {
  return [
    ...(choice.write_catalog ? [`Catalog ${choice.write_catalog}, to write`] : []),
    ...(choice.read_schemas ?? []).map(({ catalog, schema }) => `Schema ${catalog}.${schema}, to read`),
    ...(choice.destination_location ? [`Destination location ${choice.destination_location}`] : []),
  ];
}

function Facts({ connection }: { connection: Connection }) {
  const parts = shared(connection.choice);
  return (
    <dl className={classes["facts"]}>
      <dt>Connected by</dt>
      <dd>{connection.created_by}</dd>
      <dt>Connected</dt>
      <dd>{momentOrNever(connection.created)}</dd>
      <dt>Last used</dt>
      <dd>{momentOrNever(connection.last_used)}</dd>
      {connection.token_rotated !== undefined && (
        <>
          <dt>Token rotated</dt>
          <dd>{momentOrNever(connection.token_rotated)}</dd>
        </>
      )}
      {parts.length > 0 && (
        <>
          <dt>Shared</dt>
          <dd>
            {parts.map((part) => (
              <div key={part}>{part}</div>
            ))}
          </dd>
        </>
      )}
    </dl>
  );
}

function Resources({ connection }: { connection: Connection }) {
  if (connection.resources.length === 0) return null;
  return (
    <section aria-labelledby="resources">
      <Title order={3} size="h6" mb={4} id="resources">
        Resources
      </Title>
      <List size="sm" spacing={4}>
        {connection.resources.map((resource) => (
          <List.Item key={`${resource.kind}-${resource.id}-${resource.label}`}>
            {resource.label}{" "}
            {!resource.created && (
              <Badge size="sm" color="gray" variant="light">
                Was there before
              </Badge>
            )}
          </List.Item>
        ))}
      </List>
    </section>
  );
}

interface ConnectionPanelProps {
  partner: Partner;
  plan: Plan;
  connection: Connection;
  onAttempt: (id: string) => void;
}

export function ConnectionPanel({ partner, plan, connection, onAttempt }: ConnectionPanelProps) {
  const queries = useQueryClient();
  const { user } = useSession();
  const [deleting, setDeleting] = useState(false);
  const manages = user.admin || connection.created_by === user.name;
  const hasToken = connection.resources.some(({ kind }) => kind === "token");
  const reuse = useMutation({
    mutationFn: () => api.post<Attempt>(`${kHub}/connections`, { partner_id: partner.id, choice: {} }),
    onSuccess: (attempt) => onAttempt(attempt.id),
  });
  return (
    <section className={classes["card"]} aria-labelledby="connection">
      <Stack gap="lg">
        <Group justify="space-between">
          <Title order={2} size="h5" id="connection">
            This workspace is connected
          </Title>
          {plan.may_connect && (
            <Button onClick={() => reuse.mutate()} loading={reuse.isPending}>
              Open {partner.name}
            </Button>
          )}
        </Group>
        {!plan.may_connect && <Alert color="yellow">{plan.why_not}</Alert>}
        {reuse.isError && <ErrorView error={reuse.error} />}
        <Facts connection={connection} />
        <Resources connection={connection} />
        {manages ? (
          <Stack gap="md">
            <TestConnection connection={connection} />
            {hasToken && <RotateToken partner={partner} connection={connection} />}
            <Group>
              <Button color="red" variant="outline" onClick={() => setDeleting(true)}>
                Delete the connection…
              </Button>
            </Group>
          </Stack>
        ) : (
          <Text size="sm" c="dimmed">
            An admin, or {connection.created_by}, can change or delete this connection.
          </Text>
        )}
      </Stack>
      <DeleteConnection
        partner={partner}
        connection={connection}
        opened={deleting}
        onClose={() => setDeleting(false)}
        onDeleted={() => {
          setDeleting(false);
          void queries.invalidateQueries({ queryKey: keys.plan(partner.id) });
        }}
      />
    </section>
  );
}
