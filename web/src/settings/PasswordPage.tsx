import { Alert, Button, PasswordInput, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { api, path } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import { Page } from "../components/Page";
import { useSession } from "../session/session";
import classes from "./PasswordPage.module.css";

export function PasswordPage() {
  const { user } = useSession();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: () =>
      api.put(path`/api/2.0/lakeport/users/${user.id}/password`, { current_password: current, password: next }),
    onSuccess: () => {
      setCurrent("");
      setNext("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Page title="Password" description="With a new password you are signed out everywhere else.">
      <form onSubmit={submit} className={classes["form"]}>
        <Stack gap="md" align="stretch">
          {change.isError && <ErrorView error={change.error} />}
          {change.isSuccess && (
            <Alert color="green" role="status">
              The password was changed.
            </Alert>
          )}
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label="New password"
            description="At least 12 characters"
            autoComplete="new-password"
            required
            withAsterisk={false}
            minLength={12}
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <div>
            <Button type="submit" loading={change.isPending}>
              Change the password
            </Button>
          </div>
        </Stack>
      </form>
    </Page>
  );
}
