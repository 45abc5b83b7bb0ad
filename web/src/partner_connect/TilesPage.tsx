import { Button, Chip, Group, Text, TextInput, Title, VisuallyHidden } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { Link, useSearchParams } from "react-router";

import { ErrorView } from "../components/ErrorView";
import { Loading } from "../components/Loading";
import { Page } from "../components/Page";
import { useSession } from "../session/session";
import { PartnerTile } from "./PartnerTile";
import { usePartners } from "./queries";
import classes from "./Tiles.module.css";
import type { Partner } from "./types";
import { categories, categoryLabel } from "./words";

const kAll = "ALL";

/** The partners in the order of their categories; categories that this page does not know come last. */
function byCategory(partners: Partner[]): { category: string; partners: Partner[] }[] {
  const known = categories.map(({ value }) => value as string);
  const others = partners.map(({ category }) => category as string).filter((category) => !known.includes(category));
  return [...known, ...new Set(others)]
    .map((category) => ({ category, partners: partners.filter((partner) => partner.category === category) }))
    .filter((group) => group.partners.length > 0);
}

function found(count: number, more: boolean): string {
  if (count === 0) return "No partner found";
  return `${count}${more ? " or more" : ""} ${count === 1 ? "partner" : "partners"}`;
}

export function TilesPage() {
  const { user } = useSession();
  const [parameters, setParameters] = useSearchParams();
  const category = parameters.get("category");
  const [text, setText] = useState(parameters.get("search") ?? "");
  const [search] = useDebouncedValue(text.trim(), 200);
  useEffect(() => {
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        if (search) after.set("search", search);
        else after.delete("search");
        return after;
      },
      { replace: true },
    );
  }, [search, setParameters]);

  const choose = (value: string) =>
    setParameters((before) => {
      const after = new URLSearchParams(before);
      if (value === kAll) after.delete("category");
      else after.set("category", value);
      return after;
    });

  const query = usePartners(category, search);
  const partners = query.data?.pages.flatMap((page) => page.partners) ?? [];
  return (
    <Page
      title="Partner Connect"
      description="Connect a product to this workspace in a few clicks. It gets access to exactly what you choose."
      actions={
        user.admin && (
          <Button component={Link} to="/partner-connect/new" variant="default">
            Add a partner
          </Button>
        )
      }
    >
      <div className={classes["filters"]}>
        <TextInput
          type="search"
          aria-label="Search partners"
          placeholder="Search partners"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Chip.Group value={category ?? kAll} onChange={choose}>
          <div className={classes["categories"]} role="radiogroup" aria-label="Category">
            {[{ value: kAll, label: "All" }, ...categories].map(({ value, label }) => (
              <Chip key={value} value={value} size="sm" radius="xl">
                {label}
              </Chip>
            ))}
          </div>
        </Chip.Group>
      </div>
      <VisuallyHidden role="status">{query.isSuccess && found(partners.length, query.hasNextPage)}</VisuallyHidden>
      {query.isPending && <Loading what="the partners" />}
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && partners.length === 0 && (
        <Text c="dimmed" py="xl">
          No partner matches. Try another word or category.
        </Text>
      )}
      {byCategory(partners).map((group) => (
        <section key={group.category} className={classes["group"]} aria-labelledby={`category-${group.category}`}>
          <Title order={2} size="h5" mb="sm" id={`category-${group.category}`}>
            {categoryLabel(group.category)}
          </Title>
          <ul className={classes["tiles"]}>
            {group.partners.map((partner) => (
              <li key={partner.id}>
                <PartnerTile partner={partner} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {query.hasNextPage && (
        <Group justify="center" mt="lg">
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        </Group>
      )}
    </Page>
  );
}
