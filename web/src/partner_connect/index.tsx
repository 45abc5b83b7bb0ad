import { Text } from "@mantine/core";

import { Page } from "../components/Page";

export default function PartnerConnect() {
  return (
    <Page title="Partner Connect">
      <Text c="dimmed">Nothing is here yet.</Text>
    </Page>
  );
}
