// The schemas that a partner may read: picked catalog by catalog.
import { Button, Checkbox, Fieldset, Group, Loader, Pill, Stack, Text, TextInput } from "@mantine/core";
import { useId, useState } from "react";

import { messageOf } from "../api/errors";
import { CatalogChoice } from "./ObjectChoices";
import classes from "./Partner.module.css";
import type { Partner, SchemaChoice } from "./types";
import { useSchemas } from "./workspace";

const kHive = "hive_metastore";

const same = (a: SchemaChoice, b: SchemaChoice) => a.catalog === b.catalog && a.schema === b.schema;

interface SchemaChoicesProps {
  partner: Partner;
  optional: boolean;
  value: SchemaChoice[];
  error?: string | undefined;
  onChange: (value: SchemaChoice[]) => void;
}

export function SchemaChoices({ partner, optional, value, error, onChange }: SchemaChoicesProps) {
  const errorId = useId();
  const catalogs = partner.settings.unity_catalog;
  const [catalog, setCatalog] = useState<string | null>(catalogs ? null : kHive);
  const [filter, setFilter] = useState("");
  const query = useSchemas(catalog);
  const names = (query.data ?? []).map(({ name }) => name).filter((name) => name !== "information_schema");
  const shown = names.filter((name) => name.toLowerCase().includes(filter.trim().toLowerCase()));
  const all = shown.map((schema) => ({ catalog: catalog ?? "", schema }));
  const isChosen = (choice: SchemaChoice) => value.some((other) => same(other, choice));
  const toggle = (choice: SchemaChoice) =>
    onChange(isChosen(choice) ? value.filter((other) => !same(other, choice)) : [...value, choice]);
  const allChosen = all.length > 0 && all.every(isChosen);
  const toggleAll = () =>
    onChange(
      allChosen
        ? value.filter((other) => !all.some((choice) => same(choice, other)))
        : [...value, ...all.filter((choice) => !isChosen(choice))],
    );

  return (
    <Fieldset legend={optional ? "Schemas to read (optional)" : "Schemas to read"} aria-describedby={error ? errorId : undefined}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {partner.name} may read every table in the schemas that you choose, also those made later.
        </Text>
        {catalogs && (
          <CatalogChoice label="Catalog of the schemas" required={false} value={catalog} onChange={setCatalog} />
        )}
        {catalog && query.isPending && <Loader size="sm" aria-label="Loading the schemas" />}
        {query.isError && <Text c="var(--mantine-color-error)">{messageOf(query.error)}</Text>}
        {catalog && query.isSuccess && (
          <>
            {names.length > 8 && (
              <TextInput
                type="search"
                aria-label="Search schemas"
                placeholder="Search schemas"
                value={filter}
                onChange={(event) => setFilter(event.currentTarget.value)}
              />
            )}
            <div className={classes["schemas"]} role="group" aria-label={`Schemas of ${catalog}`}>
              {all.length === 0 ? (
                <Text size="sm" c="dimmed">
                  {filter ? "No schema matches." : "There is no schema that you may see."}
                </Text>
              ) : (
                <Stack gap={6}>
                  {all.length > 1 && (
                    <Group>
                      <Button size="compact-xs" variant="subtle" onClick={toggleAll}>
                        {allChosen ? "Choose none" : "Choose all"}
                      </Button>
                    </Group>
                  )}
                  {all.map((choice) => (
                    <Checkbox
                      key={choice.schema}
                      label={choice.schema}
                      checked={isChosen(choice)}
                      onChange={() => toggle(choice)}
                      {...(error && { "data-invalid": true })}
                    />
                  ))}
                </Stack>
              )}
            </div>
          </>
        )}
        {value.length > 0 && (
          <Group gap={6} role="list" aria-label="Chosen schemas">
            {value.map((choice) => (
              <Pill
                key={`${choice.catalog}.${choice.schema}`}
                role="listitem"
                withRemoveButton
                onRemove={() => toggle(choice)}
                removeButtonProps={{ "aria-label": `Remove ${choice.catalog}.${choice.schema}`, tabIndex: 0, "aria-hidden": false }}
              >
                {choice.catalog}.{choice.schema}
              </Pill>
            ))}
          </Group>
        )}
        {error && (
          <Text size="sm" c="var(--mantine-color-error)" id={errorId} role="alert">
            {error}
          </Text>
        )}
      </Stack>
    </Fieldset>
  );
}
