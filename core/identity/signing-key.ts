// The private key with which a client signs its assertions, as a person stored it. (RFC 7523 section 2.2)
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { type CryptoKey, importPKCS8 } from 'jose';
import { type ClientAuth, modifyAssertion, PrivateKeyJwt } from 'oauth4webapi';
import { PortolanError } from '../../shared/errors.ts';
import { objectOf, textOf } from '../base/json-object.ts';

export interface SigningKey {
  /** PKCS #8 in PEM, or a JWK. */
  readonly text: string;
  readonly keyId?: string | undefined;
  /** The signature; without it the key's own word, else one that the server takes. */
  readonly alg?: string | undefined;
  /** What the server says it takes. */
  readonly taken?: readonly string[] | undefined;
}

/**
 * Authentication by an assertion signed with the key.
 * @throws PortolanError INPUT_INVALID when the key cannot be used, never with the key in it
 */
export async function keyAssertion(from: SigningKey): Promise<ClientAuth> {
  try {
    const { key, alg, kid } = await readKey(from);
    return PrivateKeyJwt(kid === undefined ? { key } : { key, kid }, {
      // The name that the server lists: EdDSA has two.
      [modifyAssertion]: (header) => {
        header['alg'] = alg;
      },
    });
  } catch {
    throw new PortolanError('INPUT_INVALID', 'The private key of the client cannot be used.', {
      hint: 'Store it as PKCS #8 in PEM or as a JWK (RSA, P-256, P-384, P-521 or Ed25519), and check signingAlgorithm.',
    });
  }
}

async function readKey(from: SigningKey): Promise<{ key: CryptoKey; alg: string; kid: string | undefined }> {
  const jwk = from.text.trimStart().startsWith('{') ? objectOf(JSON.parse(from.text)) : undefined;
  const key = jwk === undefined ? createPrivateKey(from.text) : createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  const alg = from.alg ?? textOf(jwk?.['alg']) ?? algorithmFor(key, from.taken);
  const pem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { key: await importPKCS8(pem, alg), alg, kid: from.keyId ?? textOf(jwk?.['kid']) };
}

/** The signature of a key of this kind, one that the server takes if it says which. */
function algorithmFor(key: KeyObject, taken: readonly string[] = []): string {
  const possible = algorithmsOf(key);
  return possible.find((alg) => taken.includes(alg)) ?? possible[0] ?? 'ES256';
}

function algorithmsOf(key: KeyObject): readonly string[] {
  if (key.asymmetricKeyType === 'rsa') return ['RS256', 'PS256'];
  if (key.asymmetricKeyType === 'ed25519') return ['EdDSA', 'Ed25519'];
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return [curve === 'secp384r1' ? 'ES384' : curve === 'secp521r1' ? 'ES512' : 'ES256'];
}
