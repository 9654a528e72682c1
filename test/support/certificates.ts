// X.509 certificates made when a test needs them: of one's own or of a made-up authority, expired, for another name.
import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

export interface Certificate {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

interface Authority extends Certificate {
  readonly name: string;
}

const SEQUENCE = 0x30;
const ECDSA_SHA256 = '2a8648ce3d040302';
const COMMON_NAME = '550403';
const BASIC_CONSTRAINTS = '551d13';
const ALT_NAME = '551d11';

/**
 * A certificate for these names (DNS names and IPv4 addresses), signed by itself unless an authority is given.
 * `days`: from when until when it is valid, counted from now.
 */
export function certificateFor(
  names: readonly string[],
  options: { days?: readonly [from: number, to: number]; by?: Authority; isAuthority?: boolean } = {},
): Certificate & Authority {
  const { days: [from, to] = [-1, 365], by, isAuthority = false } = options;
  const name = names[0] ?? 'nobody';
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(SEQUENCE, oid(ECDSA_SHA256));
  const body = der(
    SEQUENCE,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1 + Math.floor(Math.random() * 100)])),
    algorithm,
    commonName(by?.name ?? name),
    der(SEQUENCE, time(from), time(to)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(SEQUENCE, altNames(names), ...(isAuthority ? [authority()] : []))),
  );
  const signature = createSign('sha256')
    .update(body)
    .sign(by?.key ?? privateKey);
  const whole = der(SEQUENCE, body, algorithm, der(0x03, Buffer.from([0]), signature));
  return { name, key: pemKey(privateKey), cert: pem(whole) };
}

/** A made-up authority that nobody trusts. */
export function makeAuthority(): Authority {
  return certificateFor(['Test authority'], { isAuthority: true });
}

function altNames(names: readonly string[]): Buffer {
  const all = names.map((name) =>
    /^[\d.]+$/.test(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
  );
  return der(SEQUENCE, oid(ALT_NAME), der(0x04, der(SEQUENCE, ...all)));
}

function authority(): Buffer {
  return der(SEQUENCE, oid(BASIC_CONSTRAINTS), der(0x04, der(SEQUENCE, der(0x01, Buffer.from([0xff])))));
}

function commonName(name: string): Buffer {
  return der(SEQUENCE, der(0x31, der(SEQUENCE, oid(COMMON_NAME), der(0x0c, Buffer.from(name)))));
}

function time(daysFromNow: number): Buffer {
  const text = new Date(Date.now() + daysFromNow * 86_400_000).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der(0x18, Buffer.from(text));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function pem(bytes: Buffer): string {
  const lines =
    bytes
      .toString('base64')
      .match(/.{1,64}/g)
      ?.join('\n') ?? '';
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function pemKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}
