// Looks at the certificate that a server shows, without sending it anything: the handshake alone is made, and then ended.
import { isIP } from 'node:net';
import { checkServerIdentity, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import { PortolanError } from '../../../shared/errors.ts';
import type { Clock } from '../../base/clock.ts';
import { connectionError } from '../../base/connection-error.ts';

const DAY_MS = 86_400_000;

export interface CertificateFacts {
  readonly issuer: string;
  /** RFC 3339. */
  readonly validTo: string;
  readonly daysLeft: number;
  /** Such as TLSv1.3. */
  readonly protocol: string;
}

/**
 * The facts of a certificate that a connection would accept. `timeoutMs`: for connecting and the TLS handshake.
 * @throws PortolanError CERTIFICATE_EXPIRED, CERTIFICATE_WRONG_NAME, CERTIFICATE_UNTRUSTED, CONNECT_REFUSED, CONNECT_TIMEOUT
 */
export async function inspectCertificate(
  url: URL,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<CertificateFacts> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = await handshake(host, Number(url.port || 443), { clock, timeoutMs });
  try {
    const certificate = socket.getPeerCertificate();
    refuse(host, certificate, socket, clock.now());
    const validTo = Date.parse(certificate.valid_to);
    return {
      issuer: nameOf(certificate.issuer),
      validTo: new Date(validTo).toISOString(),
      daysLeft: Math.floor((validTo - clock.now()) / DAY_MS),
      protocol: socket.getProtocol() ?? 'TLS',
    };
  } finally {
    socket.destroy();
  }
}

function handshake(
  host: string,
  port: number,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    // Whatever is wrong is to be told, not just the first thing: the verdict is made here, and nothing is sent before it.
    const servername = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, ...servername, rejectUnauthorized: false });
    let timedOut = false;
    const timer = clock.setTimeout(() => {
      timedOut = true;
      socket.destroy(new Error('timed out'));
    }, timeoutMs);
    socket.once('secureConnect', () => {
      timer.cancel();
      resolve(socket);
    });
    socket.on('error', (error) => {
      timer.cancel();
      reject(connectionError(error, { sent: false, timedOut }));
    });
  });
}

function refuse(host: string, certificate: PeerCertificate, socket: TLSSocket, now: number): void {
  const [from, to] = [Date.parse(certificate.valid_from), Date.parse(certificate.valid_to)];
  const issuer = nameOf(certificate.issuer);
  const data = { host, issuer, validTo: certificate.valid_to };
  if (now > to || now < from) {
    const when = now > to ? `has expired on ${day(to)}` : `is not valid before ${day(from)}`;
    throw new PortolanError('CERTIFICATE_EXPIRED', `The certificate of ${host} ${when}.`, {
      hint: 'Check the clock of this computer; else the operator of the server has to renew it.',
      data,
    });
  }
  const names = checkServerIdentity(host, certificate);
  if (names !== undefined) {
    const shown = (certificate.subjectaltname ?? nameOf(certificate.subject)).slice(0, 200);
    throw new PortolanError('CERTIFICATE_WRONG_NAME', `The certificate is not for ${host} but for ${shown}.`, {
      hint: 'Use the name that the certificate is for, if that is your server.',
      data,
    });
  }
  if (socket.authorized) return;
  const isOwn = nameOf(certificate.subject) === issuer;
  const by = isOwn ? 'signed by itself' : `signed by ${issuer}, which this computer does not know`;
  throw new PortolanError('CERTIFICATE_UNTRUSTED', `The certificate of ${host} is ${by}.`, {
    hint: 'Start the host with NODE_EXTRA_CA_CERTS naming the certificate authority of your organisation.',
    data: { ...data, reason: String(socket.authorizationError) },
  });
}

function nameOf(name: PeerCertificate['issuer'] | undefined): string {
  const { CN, O } = (name ?? {}) as Readonly<Record<string, string | string[] | undefined>>;
  return String(CN ?? O ?? 'nobody').slice(0, 100);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
