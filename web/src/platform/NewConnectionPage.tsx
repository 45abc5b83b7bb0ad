// A new connection: a source, its configuration, and where its rows go.
import { Alert, Button, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";

import { Breadcrumbs } from "../components/Breadcrumbs";
import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { Page } from "../components/Page";
import classes from "./Platform.module.css";
import { useConnectorTypes, useDestinations } from "./queries";
import { SetUpForm } from "./SetUpForm";
import type { ConnectorType, Destination } from "./types";

function ConnectorTypes({ types, onChoose }: { types: ConnectorType[]; onChoose: (id: string) => void }) {
  const [search, setSearch] = useState("");
  const wanted = search.trim().toLowerCase();
  const shown = types.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted));
  return (
    <>
      <TextInput
        className={classes["narrow"] ?? ""}
        type="search"
        aria-label="Search sources"
        placeholder="Search sources"
        mb="md"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {shown.length === 0 && <Text c="dimmed">No source matches.</Text>}
      <ul className={classes["types"]} aria-label="Sources">
        {shown.map((type) => (
          <li key={type.id}>
            <UnstyledButton className={classes["type"] ?? ""} onClick={() => onChoose(type.id)}>
              <Text fw={600}>{type.name}</Text>
              <Text size="sm" c="dimmed">
                {type.description}
              </Text>
            </UnstyledButton>
          </li>
        ))}
      </ul>
    </>
  );
}

function Chosen({ types, destinations }: { types: ConnectorType[]; destinations: Destination[] }) {
  const [parameters, setParameters] = useSearchParams();
  const type = types.find(({ id }) => id === parameters.get("connector"));
  const choose = (id: string | null) =>
    setParameters((before) => {
      const after = new URLSearchParams(before);
      if (id) after.set("connector", id);
      else after.delete("connector");
      return after;
    });
  if (!type) return <ConnectorTypes types={types} onChoose={choose} />;
  return (
    <SetUpForm
      key={type.id}
      type={type}
      destinations={destinations}
      destination={parameters.get("destination")}
      onBack={() => choose(null)}
    />
  );
}

export function NewConnectionPage() {
  const [parameters] = useSearchParams();
  const types = useConnectorTypes();
  const destinations = useDestinations();
  const problem = types.error ?? destinations.error;
  const chosen = types.data?.find(({ id }) => id === parameters.get("connector"));
  return (
    <>
      <Page
        title={chosen ? `Set up ${chosen.name}` : "Choose a source"}
        above={<Breadcrumbs places={[{ label: "Connectors", to: "/platform" }]} />}
      >
        {problem && <ErrorView error={problem} />}
        {!problem && !(types.isSuccess && destinations.isSuccess) && <Loading what="the sources" />}
        {types.isSuccess && destinations.isSuccess && destinations.data.length === 0 && (
          <Alert color="yellow" title="There is no destination yet">
            <Text size="sm" mb="sm">
              Connect Lakeport in Partner Connect first: it says where the rows go.
            </Text>
            <Button component={Link} to="/partner-connect/partners/lakeport" variant="default">
              Connect Lakeport
            </Button>
          </Alert>
        )}
        {types.isSuccess && destinations.isSuccess && destinations.data.length > 0 && (
          <Chosen types={types.data} destinations={destinations.data} />
        )}
      </Page>
    </>
  );
}
