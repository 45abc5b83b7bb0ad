import { Alert, Button, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";

import { api } from "../api/client";
import { ErrorView } from "../components/ErrorView";
import { kPlatform } from "./queries";

/** Where the platform asks for it, new users finish signing up here; until then connections do not let them in. */
export function SignUp() {
  const behaviour = useQuery({
    queryKey: ["platform", "behaviour"],
    queryFn: ({ signal }) => api.get<{ require_manual_signup: boolean }>(`${kPlatform}/behaviour`, undefined, signal),
    staleTime: Infinity,
  });
  const finish = useMutation({ mutationFn: () => api.post(`${kPlatform}/sign-up`) });
  if (!behaviour.data?.require_manual_signup) return null;
  return (
    <Alert color="blue" mb="lg" title={finish.isSuccess ? "You are signed up" : "Finish signing up"}>
      {finish.isSuccess ? (
        <Text size="sm" role="status">
          From now on Partner Connect takes you here directly.
        </Text>
      ) : (
        <Stack gap="sm" align="flex-start">
          <Text size="sm">Until you have, Partner Connect cannot take you to this account.</Text>
          <Button onClick={() => finish.mutate()} loading={finish.isPending}>
            Sign up
          </Button>
          {finish.isError && <ErrorView error={finish.error} />}
        </Stack>
      )}
    </Alert>
  );
}
