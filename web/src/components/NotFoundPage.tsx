import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";

import { Page } from "./Page";

export function NotFoundPage() {
  return (
    <Page title="Not found">
      <Text>
        There is no page here. <Anchor component={Link} to="/" underline="always">Go to the start</Anchor>.
      </Text>
    </Page>
  );
}
