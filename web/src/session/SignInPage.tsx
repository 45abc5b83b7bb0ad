import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Navigate, useNavigate, useSearchParams } from "react-router";

import { messageOf } from "../api/errors";
import { Loading } from "../components/Loading";
import { Logo } from "../components/Logo";
import { useTitle } from "../components/useTitle";
import { useSessionChange, useSessionQuery } from "./session";
import classes from "./SignInPage.module.css";

/** Only places of our own. */
function placeAfter(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) ? next : "/";
}

export function SignInPage() {
  useTitle("Sign in");
  const session = useSessionQuery();
  const { signIn } = useSessionChange();
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const next = placeAfter(parameters.get("next"));
  const attempt = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: () => void navigate(next, { replace: true }),
    onError: () => setPassword(""),
  });

  if (session.isPending) return <Loading what="Lakeport" />;
  if (session.data?.signed_in && !attempt.isPending) return <Navigate to={next} replace />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!attempt.isPending) attempt.mutate();
  };
  return (
    <main className={classes["page"]}>
      <form className={classes["card"]} onSubmit={submit}>
        <Stack gap="md">
          <div>
            <Logo />
            <Title order={1} size="h3" mt="md">
              Sign in to Lakeport
            </Title>
            <Text c="dimmed" size="sm">
              Use the e-mail and password of this workspace.
            </Text>
          </div>
          {attempt.isError && (
            <Alert color="red" role="alert" title="Could not sign in">
              {messageOf(attempt.error)}
            </Alert>
          )}
          <TextInput
            label="E-mail"
            type="email"
            name="email"
            autoComplete="username"
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          <Button type="submit" loading={attempt.isPending} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
    </main>
  );
}
