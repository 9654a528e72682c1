// The little of oidc-provider that tests use; the package has no types of its own.
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
    destroy(): Promise<void>;
  }

  export interface Interaction {
    readonly prompt: { readonly name: string; readonly details: { readonly missingOIDCScope?: readonly string[] } };
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly session?: { readonly accountId: string };
  }

  export interface Context {
    readonly path: string;
    readonly method: string;
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    status: number;
    body: unknown;
    type: string;
    redirect(url: string): void;
    readonly oidc?: {
      readonly route: string;
      readonly body?: Readonly<Record<string, string>>;
      readonly params?: Readonly<Record<string, string | undefined>>;
      readonly client?: { readonly clientId: string };
      readonly session?: { readonly accountId: string };
      readonly entities?: Readonly<
        Partial<Record<'AccessToken' | 'RefreshToken', { readonly accountId?: string; readonly grantId?: string }>>
      >;
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
    readonly Grant: {
      new (payload: { accountId: string; clientId: string }): Grant;
      find(id: string): Promise<Grant | undefined>;
    };
    readonly RefreshToken: { revokeByGrantId(grantId: string): Promise<void> };
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    /** Keeps the outcome of a page and gives the address at which the request goes on. */
    interactionResult(request: IncomingMessage, response: ServerResponse, result: object): Promise<string>;
    readonly Session: { get(ctx: Context): Promise<Session> };
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    use(middleware: (ctx: Context, next: () => Promise<void>) => Promise<void>): void;
    on(event: 'grant.success', listener: (ctx: Context) => void): void;
    on(event: 'server_error', listener: (ctx: Context, error: Error) => void): void;
  }

  export const errors: { readonly InvalidTarget: new () => Error };
}
