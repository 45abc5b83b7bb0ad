import { Button, Group, Kbd, NativeSelect, Text, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";

import { useCatalogs, useSchemas } from "../api/catalogs";
import { useWarehouses, type Warehouse } from "../api/warehouses";
import { Page } from "../components/Page";
import { QueryView } from "../components/QueryView";
import { useSession } from "../session/session";
import { History } from "./History";
import { Outcome } from "./Outcome";
import classes from "./SqlEditor.module.css";
import { useStatement } from "./useStatement";

const kDraft = "lakeport-sql-draft";

/** The text survives a reload and a look at another page, but not the browser's tab. */
function useDraft() {
  const [draft, setDraft] = useState(() => sessionStorage.getItem(kDraft) ?? "");
  return [
    draft,
    (text: string) => {
      sessionStorage.setItem(kDraft, text);
      setDraft(text);
    },
  ] as const;
}

function Editor({ warehouses }: { warehouses: Warehouse[] }) {
  const { user } = useSession();
  const queries = useQueryClient();
  const [draft, setDraft] = useDraft();
  const [warehouse, setWarehouse] = useState(warehouses[0]?.id ?? "");
  const [catalog, setCatalog] = useState("");
  const [schema, setSchema] = useState("");
  const catalogs = useCatalogs();
  const schemas = useSchemas(catalog || null);
  const statement = useStatement(() => void queries.invalidateQueries({ queryKey: ["queries"] }));

  const runs = statement.progress.state === "running";
  const canRun = warehouse !== "" && draft.trim() !== "" && !runs;
  const run = () => {
    if (!canRun) return;
    statement.run({
      warehouse_id: warehouse,
      statement: draft,
      ...(catalog && { catalog }),
      ...(catalog && schema && { schema }),
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  };
  return (
    <>
      <div className={classes["where"]}>
        <NativeSelect
          label="Warehouse"
          data={warehouses.map(({ id, name }) => ({ value: id, label: name }))}
          value={warehouse}
          onChange={(event) => setWarehouse(event.currentTarget.value)}
        />
        <NativeSelect
          label="Catalog"
          data={[{ value: "", label: "Default" }, ...(catalogs.data ?? []).map(({ name }) => name)]}
          value={catalog}
          onChange={(event) => {
            setCatalog(event.currentTarget.value);
            setSchema("");
          }}
        />
        <NativeSelect
          label="Schema"
          data={[{ value: "", label: "Default" }, ...(schemas.data ?? []).map(({ name }) => name)]}
          value={schema}
          disabled={!catalog}
          onChange={(event) => setSchema(event.currentTarget.value)}
        />
      </div>
      <Textarea
        label="SQL"
        placeholder="SELECT …"
        autosize
        minRows={6}
        maxRows={20}
        spellCheck={false}
        autoCapitalize="off"
        classNames={{ input: classes["text"] ?? "" }}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Group gap="sm" mt="sm" mb="lg">
        <Button onClick={run} disabled={!canRun}>
          Run
        </Button>
        {runs && (
          <Button variant="default" onClick={statement.cancel} loading={statement.cancelling}>
            Cancel
          </Button>
        )}
        <Text size="sm" c="dimmed" className={classes["hint"] ?? ""}>
          <Kbd>Ctrl</Kbd> + <Kbd>Enter</Kbd> runs it
        </Text>
      </Group>
      <Outcome progress={statement.progress} />
      <History userId={user.id} onPick={setDraft} />
    </>
  );
}

export default function SqlEditor() {
  const warehouses = useWarehouses();
  return (
    <Page title="SQL editor">
      <QueryView query={warehouses} what="warehouses">
        {(rows) => (rows.length > 0 ? <Editor warehouses={rows} /> : <Text c="dimmed">There is no warehouse that you may use. Ask an admin for one.</Text>)}
      </QueryView>
    </Page>
  );
}
