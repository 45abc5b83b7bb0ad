import { Text } from "@mantine/core";

import { Page } from "../components/Page";

export default function Platform() {
  return (
    <Page title="Connectors">
      <Text c="dimmed">Nothing is here yet.</Text>
    </Page>
  );
}
