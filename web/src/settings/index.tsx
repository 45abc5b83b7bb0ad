import { Text } from "@mantine/core";

import { Page } from "../components/Page";

export default function Settings() {
  return (
    <Page title="Settings">
      <Text c="dimmed">Nothing is here yet.</Text>
    </Page>
  );
}
