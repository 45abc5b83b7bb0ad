// Registering a partner, or changing one: the whole document, with what is wrong beside each field.
import { Alert, Button, FileInput, Group, List, PasswordInput, Stack, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";

import { ApiError } from "../../api/errors";
import { ErrorView } from "../../components/ErrorView";
import { categories, integrations } from "../words";
import { ConfigFieldInput } from "./ConfigFieldInput";
import { type Document, problemAt, type Problem, sections, valueAt, withValue } from "./configFields";
import classes from "../Partner.module.css";
import { base64Of } from "../../api/base64";

export interface PartnerDraft {
  config: Document;
  settings: Document;
  logo?: string;
  icon?: string;
  authorization?: string;
}

const kImages = "image/png,image/svg+xml,.png,.svg";

async function draftOf(document: Document, logo: File | null, icon: File | null, authorization: string): Promise<PartnerDraft> {
  const { settings, ...config } = document;
  return {
    config: {
      ...config,
      ...(logo && { logo_file: logo.name }),
      ...(icon && { icon_file: icon.name }),
    },
    settings: settings as Document,
    ...(logo && { logo: await base64Of(logo) }),
    ...(icon && { icon: await base64Of(icon) }),
    ...(authorization && { authorization }),
  };
}

function problemsOf(error: unknown): Problem[] {
  return error instanceof ApiError ? error.details.map(({ path, what }) => ({ path: path ?? "", what: what ?? "" })) : [];
}

interface PartnerEditorProps {
  initial: Document;
  /** A new partner needs its images and may have a credential. */
  fresh: boolean;
  onSave: (draft: PartnerDraft) => Promise<void>;
  onCancel: () => void;
}

export function PartnerEditor({ initial, fresh, onSave, onCancel }: PartnerEditorProps) {
  const [document, setDocument] = useState(initial);
  const [logo, setLogo] = useState<File | null>(null);
  const [icon, setIcon] = useState<File | null>(null);
  const [authorization, setAuthorization] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const save = useMutation({
    mutationFn: async () => onSave(await draftOf(document, logo, icon, authorization)),
    onError: () => requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus()),
  });
  const problems = problemsOf(save.error);
  const parts = sections(categories, integrations);
  const shown = parts.flatMap((part) => part.fields.map(({ path }) => path)).concat("logo", "icon", "logo_file", "icon_file");
  const elsewhere = problems.filter((problem) => !shown.some((path) => problemAt([problem], path.replace(/^settings\./, "")) ?? problemAt([problem], path)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!save.isPending) save.mutate();
  };
  const imageProblem = (name: string) => problemAt(problems, name) ?? problemAt(problems, `${name}_file`);
  return (
    <form ref={form} onSubmit={submit} noValidate aria-label="Partner">
      <Stack gap="lg">
        {parts.map((part) => (
          <section key={part.title} className={classes["card"]} aria-label={part.title}>
            <Title order={2} size="h5" mb="md">
              {part.title}
            </Title>
            <Stack gap="md">
              {part.fields.map((field) => (
                <ConfigFieldInput
                  key={field.path}
                  field={field}
                  value={valueAt(document, field.path)}
                  error={problemAt(problems, field.path) ?? problemAt(problems, field.path.replace(/^settings\./, ""))}
                  onChange={(value) => setDocument((before) => withValue(before, field.path, value))}
                />
              ))}
            </Stack>
          </section>
        ))}
        <section className={classes["card"]} aria-label="Images">
          <Title order={2} size="h5" mb="md">
            Images
          </Title>
          <Stack gap="md">
            <FileInput
              label="Logo"
              description="PNG or SVG, 4.0 to 4.5 times as wide as high."
              placeholder={fresh ? "Choose a file" : "Stays as it is"}
              accept={kImages}
              clearable
              clearButtonProps={{ "aria-label": "Remove the file" }}
              value={logo}
              error={imageProblem("logo")}
              onChange={setLogo}
            />
            <FileInput
              label="Icon"
              description="PNG or SVG, square, at least 128 pixels."
              placeholder={fresh ? "Choose a file" : "Stays as it is"}
              accept={kImages}
              clearable
              clearButtonProps={{ "aria-label": "Remove the file" }}
              value={icon}
              error={imageProblem("icon")}
              onChange={setIcon}
            />
          </Stack>
        </section>
        {fresh && (
          <section className={classes["card"]} aria-label="Credential">
            <PasswordInput
              label="Credential"
              description="The value of the Authorization header with which Lakeport calls the partner: Basic … It can be given later."
              autoComplete="off"
              value={authorization}
              error={problemAt(problems, "authorization")}
              onChange={(event) => setAuthorization(event.currentTarget.value)}
            />
          </section>
        )}
        {problems.length > 0 ? (
          <Alert color="red" role="alert" title={`${problems.length} ${problems.length === 1 ? "field needs" : "fields need"} your attention`}>
            {elsewhere.length > 0 && (
              <List size="sm">
                {elsewhere.map(({ path, what }) => (
                  <List.Item key={path + what}>
                    {path}: {what}
                  </List.Item>
                ))}
              </List>
            )}
          </Alert>
        ) : (
          save.isError && <ErrorView error={save.error} title="Could not save it" />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
