// A SQL warehouse for the partner: a new one, or one that is there.
import { Group, NativeSelect, Radio, Stack, TextInput } from "@mantine/core";

import { QuerySelect } from "./ObjectChoices";
import classes from "./Choices.module.css";
import { useWarehouses, warehouseKind } from "./workspace";

export type WarehouseWish =
  | { kind: "new"; name: string; size: string }
  | { kind: "existing"; id: string | null };

const sizes = ["2X-Small", "X-Small", "Small", "Medium", "Large", "X-Large", "2X-Large", "3X-Large", "4X-Large"];

export function newWarehouse(partner: string): WarehouseWish {
  const name = partner.toUpperCase().replaceAll(/[^\p{L}\p{N}]+/gu, "_").replaceAll(/^_|_$/g, "");
  return { kind: "new", name: `${name}_WAREHOUSE`, size: "2X-Small" };
}

interface WarehouseChoiceProps {
  partner: string;
  mayMake: boolean;
  /** The kinds that the partner may get; empty: all. */
  types: string[];
  value: WarehouseWish;
  error?: string | undefined;
  onChange: (value: WarehouseWish) => void;
}

export function WarehouseChoice({ partner, mayMake, types, value, error, onChange }: WarehouseChoiceProps) {
  const warehouses = useWarehouses(true);
  const allowed = types.map((type) => type.toUpperCase());
  const fitting = warehouses.data?.filter((one) => allowed.length === 0 || allowed.includes(warehouseKind(one)));
  const query = { ...warehouses, data: fitting } as typeof warehouses;
  return (
    <Radio.Group
      label="SQL warehouse"
      value={value.kind}
      onChange={(kind) => onChange(kind === "existing" ? { kind: "existing", id: null } : newWarehouse(partner))}
    >
      <Stack gap="sm" mt={8}>
        <Radio
          value="new"
          label="Make a new one"
          disabled={!mayMake}
          description={mayMake ? undefined : "Only admins may make warehouses."}
        />
        {value.kind === "new" && (
          <Group className={classes["under"] ?? ""} align="flex-start">
            <TextInput
              label="Name"
              value={value.name}
              error={error}
              onChange={(event) => onChange({ ...value, name: event.currentTarget.value })}
            />
            <NativeSelect
              label="Size"
              data={sizes}
              value={value.size}
              onChange={(event) => onChange({ ...value, size: event.currentTarget.value })}
            />
          </Group>
        )}
        <Radio value="existing" label="Use one that is there" />
        {value.kind === "existing" && (
          <div className={classes["under"]}>
            <QuerySelect
              query={query}
              option={(one) => ({ value: one.id, label: `${one.name} (${one.cluster_size}, ${one.state.toLowerCase()})` })}
              label="Warehouse"
              placeholder="Choose a warehouse"
              empty="There is no warehouse that fits."
              value={value.id}
              error={error}
              onChange={(id) => onChange({ kind: "existing", id })}
            />
          </div>
        )}
      </Stack>
    </Radio.Group>
  );
}
