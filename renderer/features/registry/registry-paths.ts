// The addresses of the pages of a registry.

/** The page of one server of a registry. */
export function serverPath(registry: string, server: string): string {
  return `/registry/server/${encodeURIComponent(registry)}/${encodeURIComponent(server)}`;
}

/** The page of what lies at an address. */
export function urlPath(url: string): string {
  return `/registry/url/${encodeURIComponent(url)}`;
}

/** The page that moves a server to the latest version. */
export function updatePath(name: string): string {
  return `/registry/update/${encodeURIComponent(name)}`;
}
