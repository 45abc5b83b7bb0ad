import { Text } from "@mantine/core";

import { Page } from "../components/Page";

export default function SqlEditor() {
  return (
    <Page title="SQL editor">
      <Text c="dimmed">Nothing is here yet.</Text>
    </Page>
  );
}
