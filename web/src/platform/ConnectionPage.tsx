// One connection: its syncs, which tables it loads, its set-up.
import { Box, Tabs } from "@mantine/core";
import { useParams, useSearchParams } from "react-router";

import { Breadcrumbs } from "../components/Breadcrumbs";
import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { Page } from "../components/Page";
import { OutcomeBadge } from "./ConnectionsPage";
import { useConnection, useDestinations } from "./queries";
import { SchemaSelection } from "./SchemaSelection";
import { SetUpTab } from "./SetUpTab";
import { SyncsTab } from "./SyncsTab";
import { TestsCard } from "./TestsCard";
import type { Connection } from "./types";

const tabs = ["syncs", "tables", "set-up"] as const;

function Content({ connection }: { connection: Connection }) {
  const [parameters, setParameters] = useSearchParams();
  const asked = parameters.get("tab");
  const tab = tabs.find((one) => one === asked) ?? "syncs";
  return (
    <>
      {parameters.has("test") && (
        <Box mb="lg">
          <TestsCard connection={connection} runAtOnce />
        </Box>
      )}
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) =>
          setParameters((before) => {
            const after = new URLSearchParams(before);
            after.set("tab", value ?? "syncs");
            after.delete("test");
            return after;
          })
        }
      >
        <Tabs.List mb="lg">
          <Tabs.Tab value="syncs">Syncs</Tabs.Tab>
          <Tabs.Tab value="tables">Tables</Tabs.Tab>
          <Tabs.Tab value="set-up">Set-up</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="syncs">
          <SyncsTab connection={connection} />
        </Tabs.Panel>
        <Tabs.Panel value="tables">
          <SchemaSelection connection={connection} />
        </Tabs.Panel>
        <Tabs.Panel value="set-up">
          <SetUpTab connection={connection} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

export function ConnectionPage() {
  const { id = "" } = useParams();
  const connection = useConnection(id);
  const destinations = useDestinations();
  const destination = destinations.data?.find((one) => one.id === connection.data?.destination_id);
  return (
    <Page
      title={connection.data?.name ?? "Connection"}
      above={<Breadcrumbs places={[{ label: "Connectors", to: "/platform" }]} />}
      description={
        connection.data &&
        `${connection.data.connector_name} into ${[destination?.catalog, connection.data.schema].filter(Boolean).join(".")}`
      }
      actions={connection.data && <OutcomeBadge connection={connection.data} />}
    >
      {connection.isPending && <Loading what="the connection" />}
      {connection.isError && <ErrorView error={connection.error} onRetry={() => void connection.refetch()} />}
      {connection.isSuccess && <Content connection={connection.data} />}
    </Page>
  );
}
