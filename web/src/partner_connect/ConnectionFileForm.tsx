// Desktop products: the file that they open, for a warehouse or a cluster.
import { Anchor, Button, Group, Radio, Stack, Text, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { download } from "../api/download";
import { path } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import { CatalogChoice, ClusterChoice, QuerySelect } from "./ObjectChoices";
import classes from "./Partner.module.css";
import type { Partner } from "./types";
import { webAddress } from "./webAddress";
import { connectionFileWords } from "./words";
import { useWarehouses } from "./workspace";

export function ConnectionFileForm({ partner }: { partner: Partner }) {
  const words = connectionFileWords(partner.connection_file ?? "");
  const warehouses = useWarehouses(true);
  const [kind, setKind] = useState("warehouse");
  const [warehouse, setWarehouse] = useState<string | null>(null);
  const [cluster, setCluster] = useState<string | null>(null);
  const [catalog, setCatalog] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const chosen = kind === "warehouse" ? (warehouse ?? warehouses.data?.[0]?.id ?? null) : cluster;
  const file = useMutation({
    mutationFn: () =>
      download(path`/api/2.1/partner-connect/partners/${partner.id}/connection-file`, {
        ...(kind === "warehouse" ? { warehouse_id: chosen } : { cluster_id: chosen }),
        catalog,
      }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (chosen && !file.isPending) file.mutate();
  };
  const signUp = webAddress(partner.sign_up_page);
  return (
    <form className={classes["card"]} onSubmit={submit} noValidate aria-label={`Connection file for ${partner.name}`}>
      <Stack gap="lg">
        <div>
          <Title order={2} size="h5">
            Get the connection file
          </Title>
          <Text size="sm" c="dimmed">
            It says where this workspace is. It holds no password: {words.product} asks you to sign in.
          </Text>
        </div>
        <Radio.Group label="Compute" value={kind} onChange={setKind}>
          <Group mt={8}>
            <Radio value="warehouse" label="SQL warehouse" />
            <Radio value="cluster" label="Cluster" />
          </Group>
        </Radio.Group>
        {kind === "warehouse" ? (
          <QuerySelect
            query={warehouses}
            option={(one) => ({ value: one.id, label: one.name })}
            label="Warehouse"
            placeholder="Choose a warehouse"
            empty="There is no warehouse that you may use."
            value={chosen}
            error={tried && !chosen ? "Choose a warehouse." : undefined}
            onChange={setWarehouse}
          />
        ) : (
          <ClusterChoice
            value={cluster}
            error={tried && !chosen ? "Choose a cluster." : undefined}
            onChange={setCluster}
            fresh={false}
          />
        )}
        {partner.settings.unity_catalog && (
          <CatalogChoice label="Catalog to begin with (optional)" required={false} value={catalog} onChange={setCatalog} />
        )}
        {file.isError && <ErrorView error={file.error} title="Could not get the file" />}
        <div role="status">
          {file.isSuccess && (
            <Text size="sm">
              Downloaded <strong>{file.data}</strong>. {words.open}
            </Text>
          )}
        </div>
        <Group justify="space-between">
          <Text size="sm">
            {signUp && (
              <Anchor href={signUp} target="_blank" rel="noopener noreferrer" underline="always">
                Get {partner.name}
              </Anchor>
            )}
          </Text>
          <Button type="submit" loading={file.isPending}>
            Download
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
