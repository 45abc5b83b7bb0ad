// The configuration of a connection: changed, tested, removed.
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";

import { api, path } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { ConfigurationFields } from "./form/ConfigurationFields";
import { initialValues, missing, type Values, valuesToSend } from "./form/values";
import classes from "./Platform.module.css";
import { fieldProblems, withoutProblem } from "./problems";
import { keys, useConfiguration, useForm } from "./queries";
import { RemoveConnection } from "./RemoveConnection";
import { TestsCard } from "./TestsCard";
import type { Configuration, Connection, Form } from "./types";

interface Stored {
  configuration: Configuration;
  secret_fields: string[];
}

interface EditorProps {
  connection: Connection;
  form: Form;
  configuration: Configuration;
  kept: string[];
}

function Editor({ connection, form, configuration, kept }: EditorProps) {
  const queries = useQueryClient();
  const element = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Values>(() => initialValues(form.fields, configuration));
  const [problems, setProblems] = useState<Record<string, string>>({});
  const show = (found: Record<string, string>) => {
    setProblems(found);
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  const save = useMutation({
    mutationFn: () =>
      api.patch<Stored>(path`/api/2.1/connector-platform/connections/${connection.id}/configuration`, {
        configuration: valuesToSend(form.fields, values, kept),
      }),
    onSuccess: (stored) => {
      queries.setQueryData(keys.configuration(connection.id), stored);
      setValues(initialValues(form.fields, stored.configuration));
      queries.removeQueries({ queryKey: keys.schema(connection.id) });
    },
    onError: (error) => show(fieldProblems(error)),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = missing(form.fields, values, kept);
    if (Object.keys(found).length > 0) show(found);
    else if (!save.isPending) save.mutate();
  };
  return (
    <form ref={element} onSubmit={submit} noValidate className={classes["card"]} aria-labelledby="configuration">
      <Stack gap="md">
        <Title order={2} size="h5" id="configuration">
          Configuration
        </Title>
        <ConfigurationFields
          fields={form.fields}
          values={values}
          problems={problems}
          kept={kept}
          onChange={(name, value) => {
            save.reset();
            setProblems((before) => withoutProblem(before, name));
            setValues((before) => ({ ...before, [name]: value }));
          }}
          onProblem={(name, problem) => setProblems((before) => ({ ...before, [name]: problem }))}
        />
        {save.isError && <ErrorView error={save.error} title="Could not save it" />}
        <Group justify="flex-end">
          <Text size="sm" role="status">
            {save.isSuccess && "Saved."}
          </Text>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function SetUpTab({ connection }: { connection: Connection }) {
  const form = useForm(connection.connector);
  const configuration = useConfiguration(connection.id);
  const problem = form.error ?? configuration.error;
  return (
    <Stack gap="lg" className={classes["narrow"] ?? ""}>
      {problem && <ErrorView error={problem} />}
      {!problem && !(form.isSuccess && configuration.isSuccess) && <Loading what="the configuration" />}
      {form.isSuccess && configuration.isSuccess && (
        <Editor
          connection={connection}
          form={form.data}
          configuration={configuration.data.configuration}
          kept={configuration.data.secret_fields}
        />
      )}
      <TestsCard connection={connection} />
      <RemoveConnection connection={connection} />
    </Stack>
  );
}
