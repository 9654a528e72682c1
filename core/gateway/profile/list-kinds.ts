// The four lists of a server that a profile joins: their methods and where things stand in them.

export type ListKind = 'tools' | 'prompts' | 'resources' | 'templates';

interface ListFacts {
  readonly method: string;
  /** Member of the result that holds the items. */
  readonly member: string;
  /** Member of an item that it is known by. */
  readonly key: 'name' | 'uri' | 'uriTemplate';
  /** Capability of a server that has this list. */
  readonly capability: 'tools' | 'prompts' | 'resources';
  /** Notification that tells of a change. */
  readonly changed: string;
}

const RESOURCES_CHANGED = 'notifications/resources/list_changed';

export const LISTS: Readonly<Record<ListKind, ListFacts>> = {
  tools: {
    method: 'tools/list',
    member: 'tools',
    key: 'name',
    capability: 'tools',
    changed: 'notifications/tools/list_changed',
  },
  prompts: {
    method: 'prompts/list',
    member: 'prompts',
    key: 'name',
    capability: 'prompts',
    changed: 'notifications/prompts/list_changed',
  },
  resources: {
    method: 'resources/list',
    member: 'resources',
    key: 'uri',
    capability: 'resources',
    changed: RESOURCES_CHANGED,
  },
  templates: {
    method: 'resources/templates/list',
    member: 'resourceTemplates',
    key: 'uriTemplate',
    capability: 'resources',
    changed: RESOURCES_CHANGED,
  },
};

export const LIST_KINDS = Object.keys(LISTS) as ListKind[];

/** The list that this method asks for. */
export function kindOfMethod(method: string): ListKind | undefined {
  return LIST_KINDS.find((kind) => LISTS[kind].method === method);
}

/** The lists that this notification says have changed. */
export function kindsChangedBy(method: string | undefined): ListKind[] {
  return LIST_KINDS.filter((kind) => LISTS[kind].changed === method);
}
