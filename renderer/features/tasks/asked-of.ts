// What a request of a task asks of a person. Pure; the request is foreign text. (MCP, Elicitation)

export type Asked =
  | { readonly kind: 'form'; readonly message: string; readonly schema: Readonly<Record<string, unknown>> }
  | { readonly kind: 'url'; readonly message: string; readonly url: string }
  /** Something that a form does not answer, such as a request for sampling. */
  | { readonly kind: 'other' };

/** Reads a request as the server put it. `mode` is absent in forms of older revisions. */
export function askedOf(request: unknown): Asked {
  const { method, params } = record(request);
  const { message, mode, requestedSchema, url } = record(params);
  if (method !== 'elicitation/create' || typeof message !== 'string') return { kind: 'other' };
  if (mode === 'url') return typeof url === 'string' ? { kind: 'url', message, url } : { kind: 'other' };
  const isForm = (mode === undefined || mode === 'form') && isRecord(requestedSchema);
  return isForm ? { kind: 'form', message, schema: requestedSchema } : { kind: 'other' };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
