// The secrets of identities: what the references in a definition mean, and where a value that was typed in is kept.
import { PortolanError } from '../../shared/errors.ts';
import type { Identity } from '../../shared/model/identity.ts';
import type { Vault } from '../vault/vault.ts';
import type { ClientCredentials } from './client-authentication.ts';

/** A definition, and what was typed in for it. */
export interface NewIdentity {
  readonly identity: Identity;
  readonly clientSecretValue?: string | undefined;
  readonly privateKeyValue?: string | undefined;
}

export class IdentitySecrets {
  readonly #vault: Pick<Vault, 'get' | 'set' | 'remove' | 'has'>;
  readonly #env: NodeJS.ProcessEnv;

  constructor(vault: Pick<Vault, 'get' | 'set' | 'remove' | 'has'>, env: NodeJS.ProcessEnv) {
    this.#vault = vault;
    this.#env = env;
  }

  /** Throws SECRET_NOT_FOUND, KEYCHAIN_*, REFERENCE_UNRESOLVED. */
  async credentials({ name, clientSecret, privateKey, keyId }: Identity): Promise<ClientCredentials> {
    return {
      ...(clientSecret !== undefined && { clientSecret: await this.#resolve(name, 'clientSecret', clientSecret) }),
      ...(privateKey !== undefined && { privateKey: await this.#resolve(name, 'privateKey', privateKey) }),
      ...(keyId !== undefined && { keyId }),
    };
  }

  /** Keeps what was typed in and gives the definition that refers to it. Throws INPUT_INVALID, KEYCHAIN_*. */
  async keep(identity: Identity, typed: Omit<NewIdentity, 'identity'>): Promise<Identity> {
    const { clientSecretValue, privateKeyValue } = typed;
    const keepOne = async (what: string, value: string): Promise<string> => {
      const { name } = await this.#vault.set(secretName(identity.name, what), value);
      return `\${secret:${name}}`;
    };
    return {
      ...identity,
      ...(clientSecretValue && { clientSecret: await keepOne('client-secret', clientSecretValue) }),
      ...(privateKeyValue && { privateKey: await keepOne('private-key', privateKeyValue) }),
    };
  }

  /** Removes the values that were typed in for this identity. Throws KEYCHAIN_*. */
  async forget(identity: string): Promise<void> {
    for (const what of ['client-secret', 'private-key'] as const) {
      const name = secretName(identity, what);
      if (this.#vault.has(name)) await this.#vault.remove(name);
    }
  }

  async #resolve(identity: string, field: string, reference: string): Promise<string> {
    const [, kind, name = ''] = /^\$\{(secret|env):([^{}]+)\}$/.exec(reference) ?? [];
    if (kind === 'secret') return this.#vault.get(name);
    const value = kind === 'env' ? this.#env[name] : undefined;
    if (value) return value;
    throw new PortolanError(
      'REFERENCE_UNRESOLVED',
      `${field} of the identity ${identity} refers to what has no value`,
      {
        hint: 'Set the variable where Portolan’s host is started, or store a secret and refer to it.',
        data: { identity, field },
      },
    );
  }
}

function secretName(identity: string, what: string): string {
  return `identity.${identity}.${what}`;
}

/** What is typed in beside it takes the place of what the definition says. */
export function withoutTyped(identity: Identity, values: Omit<NewIdentity, 'identity'>): Identity {
  const { clientSecret, privateKey, ...rest } = identity;
  return {
    ...rest,
    ...(clientSecret !== undefined && !values.clientSecretValue && { clientSecret }),
    ...(privateKey !== undefined && !values.privateKeyValue && { privateKey }),
  };
}
