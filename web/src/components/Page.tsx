import { Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./Page.module.css";
import { useTitle } from "./useTitle";

interface PageProps {
  title: string;
  /** Over the title: where the page is. */
  above?: ReactNode;
  description?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page inside of the shell: its title (also the tab's), its actions, its content. */
export function Page({ title, description, actions, above, children }: PageProps) {
  useTitle(title);
  return (
    <div className={classes["page"]}>
      {above}
      <Group justify="space-between" align="flex-start" gap="sm" mb="lg">
        <div>
          <Title order={1} size="h2">
            {title}
          </Title>
          {description && <Text c="dimmed">{description}</Text>}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </div>
  );
}
