import { Modal } from "@mantine/core";
import type { ReactNode } from "react";

import classes from "./Dialog.module.css";

interface DialogProps {
  title: string;
  opened: boolean;
  onClose: () => void;
  /** False: a click beside it does not close it. */
  closeOnClickOutside?: boolean;
  size?: "md" | "lg" | "xl";
  children: ReactNode;
}

/** A dialog over the page. Mantine's own heading would be a second banner for screen readers. */
export function Dialog({ title, opened, onClose, closeOnClickOutside = true, size = "md", children }: DialogProps) {
  return (
    <Modal.Root opened={opened} onClose={onClose} centered size={size} lockScroll={false} closeOnClickOutside={closeOnClickOutside}>
      <Modal.Overlay />
      <Modal.Content>
        <div className={classes["heading"]}>
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
