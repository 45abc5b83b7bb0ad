import { Center, Loader, VisuallyHidden } from "@mantine/core";

/** Something is on its way: said to screen readers too. */
export function Loading({ what }: { what: string }) {
  return (
    <Center p="xl" role="status">
      <Loader size="sm" aria-hidden />
      <VisuallyHidden>Loading {what}…</VisuallyHidden>
    </Center>
  );
}
