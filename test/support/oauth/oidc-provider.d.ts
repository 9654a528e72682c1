// The little of oidc-provider that tests use; the package has no types of its own.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export interface Context {
    readonly path: string;
    readonly oidc?: {
      readonly route: string;
      readonly body?: Readonly<Record<string, string>>;
      readonly params?: Readonly<Record<string, string | undefined>>;
      readonly client?: { readonly clientId: string };
      readonly session?: { readonly accountId: string };
      readonly resourceServers?: Readonly<Record<string, unknown>>;
    };
    readonly request: { readonly header: Readonly<Record<string, string | undefined>> };
    readonly response: { readonly status: number };
  }

  export interface Session {
    readonly accountId?: string;
    loginAccount(details: { accountId: string }): void;
  }

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    readonly Grant: new (payload: {
      accountId: string;
      clientId: string;
    }) => Grant;
    readonly Session: { get(ctx: Context): Promise<Session> };
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): void;
    on(event: 'server_error', listener: (ctx: Context, error: Error) => void): void;
  }

  export const errors: { readonly InvalidTarget: new () => Error };
}
