// One object of the workspace out of those that the user may see.
import { Loader, Select, type SelectProps } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";

import { messageOf } from "../api/errors";
import { type Cluster, useCatalogs, useClusters, useLocations } from "./workspace";

export interface ObjectChoiceProps {
  value: string | null;
  error?: string | undefined;
  onChange: (value: string | null) => void;
}

interface QuerySelectProps<T> extends ObjectChoiceProps {
  query: UseQueryResult<T[]>;
  option: (item: T) => { value: string; label: string };
  label: string;
  description?: string | undefined;
  placeholder: string;
  required?: boolean;
  clearable?: boolean;
  empty: string;
}

export function QuerySelect<T>({ query, option, empty, error, ...rest }: QuerySelectProps<T>) {
  const problem = query.isError ? `Could not be listed: ${messageOf(query.error)}` : error;
  const props: SelectProps = {
    ...rest,
    data: query.data?.map(option) ?? [],
    searchable: (query.data?.length ?? 0) > 8,
    nothingFoundMessage: empty,
    comboboxProps: { withinPortal: false },
    ...(query.isPending && { rightSection: <Loader size={16} aria-label="Loading" /> }),
    ...(problem !== undefined && { error: problem }),
  };
  return <Select {...props} />;
}

const byName = ({ name }: { name: string }) => ({ value: name, label: name });

export function CatalogChoice(props: ObjectChoiceProps & { label: string; description?: string; required?: boolean }) {
  const catalogs = useCatalogs();
  const ours = (name: string) => name !== "system" && name !== "samples";
  const query = { ...catalogs, data: catalogs.data?.filter(({ name }) => ours(name)) } as typeof catalogs;
  return (
    <QuerySelect
      required
      {...props}
      query={query}
      option={byName}
      placeholder="Choose a catalog"
      empty="There is no catalog that you may use."
    />
  );
}

/** `fresh`: leaving it empty means a new cluster. */
export function ClusterChoice({ fresh = true, ...props }: ObjectChoiceProps & { fresh?: boolean }) {
  const query = useClusters(true);
  return (
    <QuerySelect<Cluster>
      {...props}
      query={query}
      option={(cluster) => ({ value: cluster.cluster_id, label: `${cluster.cluster_name} (${cluster.state.toLowerCase()})` })}
      label="Cluster"
      description={fresh ? "Leave it empty to have a new one made." : undefined}
      placeholder={fresh ? "A new cluster" : "Choose a cluster"}
      empty="There is no cluster that you may use."
      clearable={fresh}
    />
  );
}

export function LocationChoice(props: ObjectChoiceProps) {
  const query = useLocations(true);
  return (
    <QuerySelect
      {...props}
      query={query}
      option={({ name, url }) => ({ value: name, label: `${name}: ${url}` })}
      label="Destination location (optional)"
      description="Where external tables are kept. Without one, tables are managed by the workspace."
      placeholder="None"
      empty="There is no external location that you may use."
      clearable
    />
  );
}
