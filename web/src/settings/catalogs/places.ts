/** The page of a catalog, schema or table. */
export function placeOf(...names: string[]): string {
  return ["/settings/catalogs", ...names.map(encodeURIComponent)].join("/");
}

/** Breadcrumbs to the page of `names`. */
export function placesAbove(...names: string[]) {
  return [
    { label: "Catalogs", to: "/settings/catalogs" },
    ...names.slice(0, -1).map((name, i) => ({ label: name, to: placeOf(...names.slice(0, i + 1)) })),
  ];
}
