import { Alert, Button, Stack, Text } from "@mantine/core";

import { ApiError, messageOf } from "../api/errors";

function titleOf(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.code === "UNREACHABLE") return "No answer";
    if (error.isForbidden) return "You may not do this";
    if (error.isMissing) return "Not found";
  }
  return "This did not work";
}

/** What went wrong, in place of what should have been there or above a form. */
export function ErrorView({ error, title, onRetry }: { error: unknown; title?: string; onRetry?: () => void }) {
  return (
    <Alert color="red" role="alert" title={title ?? titleOf(error)}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{messageOf(error)}</Text>
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
