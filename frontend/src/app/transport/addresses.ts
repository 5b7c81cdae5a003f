/** Addresses of the server, relative to where the app is served: a route prefix needs no setting. */

export function apiUrl(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const url = new URL(`api/${path}`, document.baseURI);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

export function rpcUrl(session: string): string {
  const url = new URL(apiUrl(`sessions/${encodeURIComponent(session)}/rpc`));
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
