import { Alert, Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import type { NewToken, TokenWishes } from "../api/tokens";
import { CopyValue } from "../components/CopyValue";
import { Dialog } from "../components/Dialog";
import { ErrorView } from "../components/ErrorView";

const kDay = 24 * 60 * 60;
const lifetimes = [
  { label: "1 day", value: String(kDay) },
  { label: "30 days", value: String(30 * kDay) },
  { label: "90 days", value: String(90 * kDay) },
  { label: "1 year", value: String(365 * kDay) },
  { label: "Without end", value: "" },
];

type Create = UseMutationResult<NewToken, Error, TokenWishes>;

/** Makes a token and shows its value this once. */
export function NewTokenButton({ create, variant = "filled" }: { create: Create; variant?: "filled" | "default" }) {
  const [open, setOpen] = useState(false);
  const [comment, setComment] = useState("");
  const [lifetime, setLifetime] = useState(String(90 * kDay));
  const start = () => {
    create.reset();
    setComment("");
    setOpen(true);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ comment: comment.trim(), lifetime_seconds: lifetime ? Number(lifetime) : null });
  };
  return (
    <>
      <Button variant={variant} onClick={start}>
        New token
      </Button>
      <Dialog
        opened={open}
        onClose={() => setOpen(false)}
        title={create.isSuccess ? "The new token" : "New token"}
        closeOnClickOutside={!create.isSuccess}
      >
        {create.isSuccess ? (
          <Stack gap="md">
            <Alert color="yellow" role="alert">
              Copy it now: it is not shown again.
            </Alert>
            <CopyValue value={create.data.token_value} name="token" />
            <Group justify="flex-end">
              <Button onClick={() => setOpen(false)}>Done</Button>
            </Group>
          </Stack>
        ) : (
          <form onSubmit={submit}>
            <Stack gap="md">
              <TextInput
                label="What it is for"
                placeholder="Nightly report"
                required
                withAsterisk={false}
                maxLength={200}
                data-autofocus
                value={comment}
                onChange={(event) => setComment(event.currentTarget.value)}
              />
              <NativeSelect
                label="Good for"
                data={lifetimes}
                value={lifetime}
                onChange={(event) => setLifetime(event.currentTarget.value)}
              />
              {create.isError && <ErrorView error={create.error} />}
              <Group justify="flex-end" gap="xs">
                <Button variant="default" onClick={() => setOpen(false)}>
                  Cancel
                </Button>
                <Button type="submit" loading={create.isPending}>
                  Create
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Dialog>
    </>
  );
}
