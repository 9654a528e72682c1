// What core/clients needs of the HTTP gateway: where it is, and a token of its own for each client. Types only; the
// gateway lies above this folder.
export interface ClientTokens {
  /** Base address while it can be reached under one that stays; else why not, and the next step. */
  gateway(): { readonly url: string } | { readonly reason: string; readonly hint: string };
  /** Path of a server or `profile:NAME`. */
  path(target: string): string;
  /** A new client of the gateway, named after the program, that may use `targets` alone. Its token cannot be had again. */
  make(displayName: string, targets: readonly string[]): Promise<{ readonly id: string; readonly token: string }>;
  /** Whether `token` is valid and may be used for `target`. */
  opens(token: string, target: string): boolean;
  /** Id of the client that `token` belongs to. */
  idOf(token: string): string | undefined;
  /** Ends a client. Never rejects, also for one that is gone. */
  end(id: string): Promise<void>;
}
