import { Button, type ButtonProps, Group, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Dialog } from "./Dialog";
import { ErrorView } from "./ErrorView";

interface ConfirmButtonProps extends Pick<ButtonProps, "size" | "variant" | "color"> {
  /** Of the button. */
  label: string;
  /** Read out in place of `label` where there are several: "Revoke the token for CI". */
  name?: string;
  title: string;
  /** What will be lost. */
  children: ReactNode;
  /** Of the button that does it; `label` otherwise. */
  confirm?: string;
  action: () => Promise<unknown>;
  onDone?: () => void;
}

/** A button for what cannot be undone: asks first, and shows why it did not work. */
export function ConfirmButton({ label, name, title, children, confirm, action, onDone, ...button }: ConfirmButtonProps) {
  const [open, setOpen] = useState(false);
  const act = useMutation({
    mutationFn: action,
    onSuccess: () => {
      setOpen(false);
      onDone?.();
    },
  });
  const close = () => {
    if (act.isPending) return;
    setOpen(false);
    act.reset();
  };
  return (
    <>
      <Button size="compact-sm" variant="default" {...button} aria-label={name ?? label} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog opened={open} onClose={close} title={title}>
        <Stack gap="md">
          {typeof children === "string" ? <Text size="sm">{children}</Text> : children}
          {act.isError && <ErrorView error={act.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={close} data-autofocus>
              Keep it
            </Button>
            <Button color="red" loading={act.isPending} onClick={() => act.mutate()}>
              {confirm ?? label}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
