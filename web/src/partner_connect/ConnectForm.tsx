// What a user decides before connecting, and what will be made, in plain words.
import { Alert, Anchor, Button, Group, List, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";

import { api } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import { useSession } from "../session/session";
import { CatalogChoice, ClusterChoice, LocationChoice } from "./ObjectChoices";
import classes from "./Partner.module.css";
import { kHub } from "./queries";
import { SchemaChoices } from "./SchemaChoices";
import type { Attempt, Choice, Partner, Plan } from "./types";
import { newWarehouse, WarehouseChoice, type WarehouseWish } from "./WarehouseChoice";
import { webAddress } from "./webAddress";

type Problems = Partial<Record<"write_catalog" | "read_schemas" | "warehouse" | "cluster" | "email", string>>;

interface Wish {
  catalog: string | null;
  schemas: NonNullable<Choice["read_schemas"]>;
  warehouse: WarehouseWish;
  cluster: string | null;
  location: string | null;
  email: string;
}

/** Without Unity Catalog there is only hive_metastore to write to. */
const choosesCatalog = (partner: Partner, plan: Plan) => plan.needs.write_catalog && partner.settings.unity_catalog;

function problemsOf(wish: Wish, partner: Partner, plan: Plan, admin: boolean): Problems {
  const problems: Problems = {};
  if (choosesCatalog(partner, plan) && !wish.catalog) problems.write_catalog = "Choose a catalog.";
  // Whoever writes too can do without.
  if (plan.needs.read_schemas && !plan.needs.write_catalog && wish.schemas.length === 0) problems.read_schemas = "Choose at least one schema.";
  if (plan.needs.warehouse && wish.warehouse.kind === "existing" && !wish.warehouse.id)
    problems.warehouse = "Choose a warehouse.";
  if (plan.needs.warehouse && wish.warehouse.kind === "new" && !wish.warehouse.name.trim())
    problems.warehouse = "Name the new warehouse.";
  if (plan.needs.cluster && !admin && !wish.cluster) problems.cluster = "Choose a cluster.";
  if (plan.email_editable && !/^\S+@\S+$/.test(wish.email.trim())) problems.email = "Write an e-mail address.";
  return problems;
}

function choiceOf(wish: Wish, plan: Plan): Choice {
  const { warehouse } = wish;
  return {
    ...(plan.needs.write_catalog && wish.catalog && { write_catalog: wish.catalog }),
    ...(plan.needs.read_schemas && { read_schemas: wish.schemas }),
    ...(plan.needs.warehouse && warehouse.kind === "existing" && { warehouse_id: warehouse.id ?? "" }),
    ...(plan.needs.warehouse &&
      warehouse.kind === "new" && { new_warehouse: { name: warehouse.name.trim(), size: warehouse.size } }),
    ...(plan.needs.cluster && wish.cluster && { cluster_id: wish.cluster }),
    ...(plan.offers_location && wish.location && { destination_location: wish.location }),
    ...(plan.email_editable && wish.email.trim() !== plan.email && { email: wish.email.trim() }),
  };
}

function WhatIsMade({ partner, plan }: { partner: Partner; plan: Plan }) {
  if (plan.will_create.length === 0) return null;
  return (
    <section aria-labelledby="will-create">
      <Title order={2} size="h5" mb={4} id="will-create">
        What will be created
      </Title>
      <List size="sm" spacing={2}>
        {plan.will_create.map((sentence) => (
          <List.Item key={sentence}>{sentence}</List.Item>
        ))}
      </List>
      <Text size="sm" c="dimmed" mt={6}>
        {partner.name} gets nothing else. You can delete all of it here at any time.
      </Text>
    </section>
  );
}

export function ConnectForm({
  partner,
  plan,
  onAttempt,
}: {
  partner: Partner;
  plan: Plan;
  onAttempt: (id: string) => void;
}) {
  const { user } = useSession();
  const form = useRef<HTMLFormElement>(null);
  const [wish, setWish] = useState<Wish>({
    catalog: null,
    schemas: [],
    // Only admins may make warehouses and clusters.
    warehouse: user.admin ? newWarehouse(partner.name) : { kind: "existing", id: null },
    cluster: null,
    location: null,
    email: plan.email,
  });
  const [problems, setProblems] = useState<Problems>({});
  const change = (part: Partial<Wish>) => {
    setWish((before) => ({ ...before, ...part }));
    setProblems({});
  };
  const connect = useMutation({
    mutationFn: () =>
      api.post<Attempt>(`${kHub}/connections`, { partner_id: partner.id, choice: choiceOf(wish, plan) }),
    onSuccess: (attempt) => onAttempt(attempt.id),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wrong = problemsOf(wish, partner, plan, user.admin);
    setProblems(wrong);
    if (Object.keys(wrong).length > 0) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid]")?.focus());
    } else if (!connect.isPending) {
      connect.mutate();
    }
  };

  if (!plan.may_connect) {
    return (
      <Alert color="yellow" title="You cannot connect this partner">
        {plan.why_not || "Ask an admin of this workspace to connect it."}
      </Alert>
    );
  }
  const signUp = webAddress(partner.sign_up_page);
  return (
    <form ref={form} className={classes["card"]} onSubmit={submit} noValidate aria-label={`Connect ${partner.name}`}>
      <Stack gap="lg">
        <WhatIsMade partner={partner} plan={plan} />
        {choosesCatalog(partner, plan) && (
          <CatalogChoice
            label="Catalog"
            description={`${partner.name} will make schemas and tables in it.`}
            value={wish.catalog}
            error={problems.write_catalog}
            onChange={(catalog) => change({ catalog })}
          />
        )}
        {plan.needs.read_schemas && (
          <SchemaChoices
            partner={partner}
            optional={plan.needs.write_catalog}
            value={wish.schemas}
            error={problems.read_schemas}
            onChange={(schemas) => change({ schemas })}
          />
        )}
        {plan.needs.warehouse && (
          <WarehouseChoice
            partner={partner.name}
            mayMake={user.admin}
            types={plan.warehouse_types}
            value={wish.warehouse}
            error={problems.warehouse}
            onChange={(warehouse) => change({ warehouse })}
          />
        )}
        {plan.needs.cluster && (
          <ClusterChoice
            value={wish.cluster}
            error={problems.cluster}
            fresh={user.admin}
            onChange={(cluster) => change({ cluster })}
          />
        )}
        {plan.offers_location && (
          <LocationChoice value={wish.location} onChange={(location) => change({ location })} />
        )}
        {plan.email_editable && (
          <TextInput
            label="E-mail"
            description={`With it ${partner.name} finds or makes your account.`}
            type="email"
            autoComplete="email"
            required
            value={wish.email}
            error={problems.email}
            onChange={(event) => change({ email: event.currentTarget.value })}
          />
        )}
        {connect.isError && <ErrorView error={connect.error} title="Could not start connecting" />}
        <Group justify="space-between" gap="sm">
          <Text size="sm" c="dimmed">
            {!plan.email_editable && plan.email && `${partner.name} is told your e-mail address, ${plan.email}. `}
            {signUp && (
              <Anchor href={signUp} target="_blank" rel="noopener noreferrer" underline="always">
                About {partner.name}
              </Anchor>
            )}
          </Text>
          <Button type="submit" loading={connect.isPending}>
            Connect
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
