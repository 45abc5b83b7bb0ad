// The set-up of a new connection: its name, its place in the lakehouse, and the connector's own form.
import { Button, Group, NativeSelect, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useNavigate } from "react-router";

import { api } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { ConfigurationFields } from "./form/ConfigurationFields";
import { initialValues, missing, type Values, valuesToSend } from "./form/values";
import classes from "./Platform.module.css";
import { fieldProblems, withoutProblem } from "./problems";
import { keys, kPlatform, useForm } from "./queries";
import type { Connection, ConnectorType, Destination, Form } from "./types";

interface SetUpFormProps {
  type: ConnectorType;
  destinations: Destination[];
  destination: string | null;
  onBack: () => void;
}

function Fields({ type, destinations, destination, onBack, form }: SetUpFormProps & { form: Form }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const element = useRef<HTMLFormElement>(null);
  const first = destinations.find(({ id }) => id === destination) ?? destinations[0];
  const [into, setInto] = useState(first?.id ?? "");
  const [name, setName] = useState(type.name);
  const [schema, setSchema] = useState(type.id.replaceAll(/[^a-z0-9]+/g, "_"));
  const [values, setValues] = useState<Values>(() => initialValues(form.fields));
  const [problems, setProblems] = useState<Record<string, string>>({});

  const show = (found: Record<string, string>) => {
    setProblems(found);
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  const create = useMutation({
    mutationFn: () =>
      api.post<Connection>(`${kPlatform}/connections`, {
        destination_id: into,
        name: name.trim(),
        connector: type.id,
        schema: schema.trim(),
        configuration: valuesToSend(form.fields, values),
      }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: keys.connections });
      await navigate(`/platform/connections/${encodeURIComponent(made.id)}?test=1`);
    },
    onError: (error) => {
      const { name: ofName, schema: ofSchema, ...found } = fieldProblems(error);
      if (ofName) found["name "] = ofName;
      if (ofSchema) found["schema "] = ofSchema;
      show(found);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = missing(form.fields, values);
    if (!name.trim()) found["name "] = "Give the connection a name.";
    if (!/^[a-z0-9_]{1,128}$/.test(schema.trim())) found["schema "] = "Use lower-case letters, digits and underscores.";
    if (Object.keys(found).length > 0) show(found);
    else if (!create.isPending) create.mutate();
  };
  const forget = (field: string) => setProblems((before) => withoutProblem(before, field));
  // A field of the connector may have the same name as one of ours: ours end in a space.
  const ours = (field: string) => problems[`${field} `];
  return (
    <form ref={element} onSubmit={submit} noValidate className={classes["narrow"]} aria-label={`Set up ${type.name}`}>
      <Stack gap="lg">
        <section className={classes["card"]} aria-label="Connection">
          <Stack gap="md">
            {destinations.length > 1 ? (
              <NativeSelect
                label="Loads into"
                data={destinations.map(({ id, catalog, workspace_url }) => ({ value: id, label: `${catalog} at ${workspace_url}` }))}
                value={into}
                onChange={(event) => setInto(event.currentTarget.value)}
              />
            ) : (
              <Text size="sm">
                Loads into the catalog <strong>{first?.catalog}</strong> at {first?.workspace_url}.
              </Text>
            )}
            <TextInput
              label="Name"
              required
              value={name}
              error={ours("name")}
              onChange={(event) => {
                forget("name ");
                setName(event.currentTarget.value);
              }}
            />
            <TextInput
              label="Schema prefix"
              description="Goes before the source's own schema names, with an underscore. Lower-case letters, digits and underscores."
              required
              value={schema}
              error={ours("schema")}
              onChange={(event) => {
                forget("schema ");
                setSchema(event.currentTarget.value);
              }}
            />
          </Stack>
        </section>
        <section className={classes["card"]} aria-labelledby="source-fields">
          <Title order={2} size="h5" mb="md" id="source-fields">
            {type.name}
          </Title>
          <ConfigurationFields
            fields={form.fields}
            values={values}
            problems={problems}
            onChange={(field, value) => {
              forget(field);
              setValues((before) => ({ ...before, [field]: value }));
            }}
            onProblem={(field, problem) => setProblems((before) => ({ ...before, [field]: problem }))}
          />
        </section>
        {create.isError && <ErrorView error={create.error} title="Could not be set up" />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onBack}>
            Another source
          </Button>
          <Button type="submit" loading={create.isPending}>
            Save and test
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function SetUpForm(props: SetUpFormProps) {
  const form = useForm(props.type.id);
  if (form.isPending) return <Loading what={`the form of ${props.type.name}`} />;
  if (form.isError) return <ErrorView error={form.error} onRetry={() => void form.refetch()} />;
  return <Fields {...props} form={form.data} />;
}
