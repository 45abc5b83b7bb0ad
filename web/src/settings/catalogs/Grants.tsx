// Who was granted what on a catalog, schema or table; granting and revoking.
import { Autocomplete, Button, Checkbox, Group, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { type PrivilegeAssignment, type SecurableKind, useChangeGrants, useGrants } from "../../api/catalogs";
import { usePrincipalNames } from "../../api/principals";
import { ConfirmButton } from "../../components/ConfirmButton";
import { DataTable } from "../../components/DataTable";
import { Dialog } from "../../components/Dialog";
import { ErrorView } from "../../components/ErrorView";
import { QueryView } from "../../components/QueryView";
import { Section } from "../../components/Section";
import classes from "./Grants.module.css";
import { grantable, privilegeText } from "./privileges";

interface Securable {
  kind: SecurableKind;
  /** As SQL names it. */
  fullName: string;
  catalog: string;
}

function GrantButton({ kind, fullName, catalog }: Securable) {
  const names = usePrincipalNames();
  const change = useChangeGrants(kind, fullName);
  const [open, setOpen] = useState(false);
  const [principal, setPrincipal] = useState("");
  const [privileges, setPrivileges] = useState<string[]>([]);
  const known = names.data ?? [];
  const start = () => {
    change.reset();
    setPrincipal("");
    setPrivileges([]);
    setOpen(true);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // Somebody may type a name as well as choose it.
    const name = known.find((one) => one.label === principal)?.name ?? principal.trim();
    change.mutate({ principal: name, add: privileges }, { onSuccess: () => setOpen(false) });
  };
  const groups = ["Group", "User", "Service principal"].map((group) => ({
    group: `${group}s`,
    items: known.filter((one) => one.kind === group).map((one) => one.label),
  }));
  return (
    <>
      <Button variant="default" onClick={start}>
        Grant
      </Button>
      <Dialog opened={open} onClose={() => setOpen(false)} title={`Grant on ${fullName}`} size="lg">
        <form onSubmit={submit}>
          <Stack gap="md">
            <Autocomplete
              label="To whom"
              description="A user, a group, or a service principal"
              required
              withAsterisk={false}
              data-autofocus
              data={groups}
              limit={30}
              value={principal}
              onChange={setPrincipal}
            />
            <Checkbox.Group label="What" value={privileges} onChange={setPrivileges}>
              <div className={classes["choices"]}>
                {grantable(kind, catalog).map((privilege) => (
                  <Checkbox key={privilege} value={privilege} label={privilegeText(privilege)} />
                ))}
              </div>
            </Checkbox.Group>
            {change.isError && <ErrorView error={change.error} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={() => setOpen(false)}>
                Cancel
              </Button>
              <Button type="submit" loading={change.isPending} disabled={privileges.length === 0}>
                Grant
              </Button>
            </Group>
          </Stack>
        </form>
      </Dialog>
    </>
  );
}

export function Grants(securable: Securable) {
  const { kind, fullName } = securable;
  const grants = useGrants(kind, fullName);
  const names = usePrincipalNames();
  const change = useChangeGrants(kind, fullName);
  const labelOf = (name: string) => names.data?.find((one) => one.name === name)?.label ?? name;
  const columns = [
    { title: "Who", cell: (one: PrivilegeAssignment) => labelOf(one.principal) },
    { title: "May", cell: (one: PrivilegeAssignment) => one.privileges.map(privilegeText).join(", ") },
    {
      title: "",
      cell: (one: PrivilegeAssignment) => (
        <ConfirmButton
          label="Revoke"
          name={`Revoke from ${labelOf(one.principal)}`}
          title={`Revoke from ${labelOf(one.principal)}?`}
          action={() => change.mutateAsync({ principal: one.principal, remove: one.privileges })}
        >
          {`Takes ${one.privileges.map(privilegeText).join(", ")} on ${fullName} back. Rights that come from above or through a group stay.`}
        </ConfirmButton>
      ),
    },
  ];
  return (
    <Section
      title="Grants"
      description={`What was granted on this ${kind} itself. Its owner has every right.`}
      actions={<GrantButton {...securable} />}
    >
      <QueryView query={grants} what="grants">
        {(rows) => <DataTable label="Grants" columns={columns} rows={rows} rowKey={(one) => one.principal} empty="Nothing was granted here." />}
      </QueryView>
    </Section>
  );
}
