// What the account has: its connections, and the destinations they load into.
import { Alert, Anchor, Badge, Box, Button, Stack, Text } from "@mantine/core";
import { Link, useSearchParams } from "react-router";

import { type DataColumn, DataTable } from "../components/DataTable";
import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { momentOrNever, momentText } from "../components/moments";
import { Page } from "../components/Page";
import { Section } from "../components/Section";
import { About } from "./About";
import { useConnections, useDestinations } from "./queries";
import { SignUp } from "./SignUp";
import type { Connection, Destination } from "./types";
import { outcomeWords } from "./words";

const toNew = (destination?: string) =>
  destination ? `/platform/new?destination=${encodeURIComponent(destination)}` : "/platform/new";

export function OutcomeBadge({ connection }: { connection: Pick<Connection, "running" | "last_outcome"> }) {
  const words = outcomeWords(connection.running ? "running" : connection.last_outcome);
  return (
    <Badge color={words.color} variant="light">
      {words.label}
    </Badge>
  );
}

function Welcome({ destination }: { destination: Destination }) {
  return (
    <Alert color="green" mb="lg" title="Your lakehouse is connected">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          Everything is set up: Lakeport may write to the catalog <strong>{destination.catalog}</strong>. Choose a source, and its
          rows arrive there.
        </Text>
        <Button component={Link} to={toNew(destination.id)}>
          Choose a source
        </Button>
      </Stack>
    </Alert>
  );
}

function NoDestination() {
  return (
    <Alert color="blue" title="Connect a lakehouse first">
      <Text size="sm">
        Connectors load into a lakehouse that is connected. Go to{" "}
        <Anchor component={Link} to="/partner-connect/partners/lakeport" underline="always">
          Lakeport in Partner Connect
        </Anchor>{" "}
        and choose a catalog.
      </Text>
    </Alert>
  );
}

const connectionColumns = (destinations: Destination[]): DataColumn<Connection>[] => [
  {
    title: "Connection",
    cell: ({ id, name }) => (
      <Anchor component={Link} to={`/platform/connections/${encodeURIComponent(id)}`} fw={600}>
        {name}
      </Anchor>
    ),
  },
  { title: "Source", cell: ({ connector_name }) => connector_name },
  {
    title: "Loads into",
    cell: ({ destination_id, schema }) =>
      [destinations.find(({ id }) => id === destination_id)?.catalog, schema].filter(Boolean).join("."),
  },
  { title: "Last sync", cell: ({ last_sync }) => momentOrNever(last_sync) },
  { title: "State", cell: (connection) => <OutcomeBadge connection={connection} /> },
];

const destinationColumns: DataColumn<Destination>[] = [
  { title: "Catalog", cell: ({ catalog }) => catalog },
  { title: "Workspace", cell: ({ workspace_url }) => workspace_url },
  { title: "HTTP path", cell: ({ http_path }) => http_path },
  { title: "Connected by", cell: ({ created_by }) => created_by },
  { title: "Since", cell: ({ created }) => momentText(created) },
];

export function ConnectionsPage() {
  const [parameters] = useSearchParams();
  const connections = useConnections();
  const destinations = useDestinations();
  const problem = connections.error ?? destinations.error;
  const ready = connections.isSuccess && destinations.isSuccess;
  const welcomed = parameters.has("welcome")
    ? destinations.data?.find(({ id }) => id === parameters.get("destination"))
    : undefined;
  return (
    <Page
      title="Connectors"
      description="Bring the rows of databases, files and services into your lakehouse."
      actions={
        (destinations.data?.length ?? 0) > 0 && (
          <Button component={Link} to={toNew(welcomed?.id)}>
            New connection
          </Button>
        )
      }
    >
      {problem && <ErrorView error={problem} />}
      {!ready && !problem && <Loading what="the connections" />}
      {ready && (
        <>
          <SignUp />
          {welcomed && <Welcome destination={welcomed} />}
          {destinations.data.length === 0 && <NoDestination />}
          {destinations.data.length > 0 && (
            <>
              <DataTable
                label="Connections"
                columns={connectionColumns(destinations.data)}
                rows={connections.data}
                rowKey={({ id }) => id}
                empty="There is no connection yet."
              />
              <Box mt="xl">
                <Section title="Destinations">
                  <DataTable
                    label="Destinations"
                    columns={destinationColumns}
                    rows={destinations.data}
                    rowKey={({ id }) => id}
                    empty=""
                  />
                </Section>
              </Box>
            </>
          )}
          <About />
        </>
      )}
    </Page>
  );
}
