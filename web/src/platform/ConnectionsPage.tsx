// What the account has: its connections, and the destinations they load into.
import { Alert, Anchor, Badge, Button, Stack, Table, Text, Title } from "@mantine/core";
import { Link, useSearchParams } from "react-router";

import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { Page } from "../components/Page";
import { About } from "./About";
import classes from "./Platform.module.css";
import { useConnections, useDestinations } from "./queries";
import { SignUp } from "./SignUp";
import type { Connection, Destination } from "./types";
import { moment, outcomeWords } from "./words";

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

function ConnectionTable({ connections, destinations }: { connections: Connection[]; destinations: Destination[] }) {
  const catalogOf = (id: string) => destinations.find((one) => one.id === id)?.catalog ?? "";
  return (
    <div className={classes["wide"]}>
      <Table verticalSpacing="sm" highlightOnHover aria-label="Connections">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Connection</Table.Th>
            <Table.Th>Source</Table.Th>
            <Table.Th>Loads into</Table.Th>
            <Table.Th>Last sync</Table.Th>
            <Table.Th>State</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {connections.map((connection) => (
            <Table.Tr key={connection.id}>
              <Table.Td>
                <Anchor component={Link} to={`/platform/connections/${encodeURIComponent(connection.id)}`} fw={600}>
                  {connection.name}
                </Anchor>
              </Table.Td>
              <Table.Td>{connection.connector_name}</Table.Td>
              <Table.Td>{[catalogOf(connection.destination_id), connection.schema].filter(Boolean).join(".")}</Table.Td>
              <Table.Td>{moment(connection.last_sync)}</Table.Td>
              <Table.Td>
                <OutcomeBadge connection={connection} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Destinations({ destinations }: { destinations: Destination[] }) {
  return (
    <section aria-labelledby="destinations">
      <Title order={2} size="h5" mt="xl" mb="sm" id="destinations">
        Destinations
      </Title>
      <div className={classes["wide"]}>
        <Table verticalSpacing="sm" aria-labelledby="destinations">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Catalog</Table.Th>
              <Table.Th>Workspace</Table.Th>
              <Table.Th>HTTP path</Table.Th>
              <Table.Th>Connected by</Table.Th>
              <Table.Th>Since</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {destinations.map((destination) => (
              <Table.Tr key={destination.id}>
                <Table.Td>{destination.catalog}</Table.Td>
                <Table.Td>{destination.workspace_url}</Table.Td>
                <Table.Td>{destination.http_path}</Table.Td>
                <Table.Td>{destination.created_by}</Table.Td>
                <Table.Td>{moment(destination.created)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </section>
  );
}

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
          {connections.data.length > 0 && (
            <ConnectionTable connections={connections.data} destinations={destinations.data} />
          )}
          {connections.data.length === 0 && destinations.data.length > 0 && !welcomed && (
            <Text c="dimmed" py="lg">
              There is no connection yet.
            </Text>
          )}
          {destinations.data.length > 0 && <Destinations destinations={destinations.data} />}
          <About />
        </>
      )}
    </Page>
  );
}
