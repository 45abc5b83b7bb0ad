// Mantine under a policy that forbids inline styles: its variables and classes come from static files only.
import "@mantine/core/styles.css";
import "./tokens.css";

import { Badge, createTheme, Drawer, MantineProvider, Menu, Modal } from "@mantine/core";
import type { ReactNode } from "react";

const theme = createTheme({
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    // Locking the scrollbar would write an inline style; tokens.css does it.
    Modal: Modal.extend({ defaultProps: { lockScroll: false, centered: true } }),
    Badge: Badge.extend({ defaultProps: { tt: "none", fw: 600 } }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false } }),
    // The placeholder is focusable but no menu item, which screen readers stumble over.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
  },
});

export function Theme({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      {children}
    </MantineProvider>
  );
}
