import { Text, Title } from "@mantine/core";

import classes from "./Platform.module.css";

/** Where the tile's links to the privacy policy and the terms lead. */
export function About() {
  return (
    <footer className={classes["about"]}>
      <section aria-labelledby="privacy">
        <Title order={2} size="h6" id="privacy">
          Privacy
        </Title>
        <Text size="sm" c="dimmed">
          Lakeport runs on this server only. It keeps your e-mail address and name, the set-up of your connections, and the history
          of their syncs. Passwords and tokens are sealed. Rows go from your sources to your lakehouse and nowhere else.
        </Text>
      </section>
      <section aria-labelledby="terms">
        <Title order={2} size="h6" id="terms">
          Terms
        </Title>
        <Text size="sm" c="dimmed">
          Lakeport is free software under the Apache License 2.0. Whoever runs this server decides who may use it.
        </Text>
      </section>
    </footer>
  );
}
