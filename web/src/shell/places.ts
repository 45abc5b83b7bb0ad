/** The parts of the page, in the order of the navigation. */
export const places = [
  { path: "/partner-connect", label: "Partner Connect" },
  { path: "/platform", label: "Connectors" },
  { path: "/sql-editor", label: "SQL editor" },
  { path: "/settings", label: "Settings" },
] as const;
