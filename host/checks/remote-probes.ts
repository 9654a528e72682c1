// The probes of a server at an address: the address, its name, its certificate, what answers there, and whether it wants a sign-in.
import { checkEndpointUrl } from '../../core/catalog/endpoint-url.ts';
import { inspectCertificate } from '../../core/connections/doctor/inspect-certificate.ts';
import { type EndpointAnswer, probeEndpoint } from '../../core/connections/doctor/probe-endpoint.ts';
import { proxySetting } from '../../core/connections/doctor/proxy-setting.ts';
import { resolveHost } from '../../core/connections/doctor/resolve-host.ts';
import { fetchResourceMetadata } from '../../core/connections/doctor/resource-metadata.ts';
import { checkRemoteUrl } from '../../core/connections/http-rules.ts';
import { modernHeaders } from '../../core/connections/modern-headers.ts';
import { ToolHeaders } from '../../core/connections/tool-headers.ts';
import { PortolanError } from '../../shared/errors.ts';
import type { RemoteEndpoint } from '../../shared/model/server-entry.ts';
import { discoverRequest } from './doctor-connection.ts';
import type { Patient } from './server-checks.ts';
import { checkToken, signInProbes } from './sign-in-probes.ts';
import type { Finding, Probe } from './walk.ts';

const CONNECT_MS = 10_000;
const ANSWER_MS = 15_000;
const DAYS_BEFORE_EXPIRY = 14;

export function remoteProbes(patient: Patient): Probe[] {
  const { clock, env } = patient;
  let answer: EndpointAnswer | undefined;
  const url = () => checkRemoteUrl(endpointOf(patient).url);
  return [
    { id: 'address', title: 'The address is one that Portolan uses', run: () => checkAddress(patient) },
    {
      id: 'dns',
      title: 'The host name leads to an address',
      run: async () => {
        const [first = '', ...more] = await resolveHost(url()).catch((error: unknown) => {
          throw withProxy(error, url(), env);
        });
        return { outcome: 'ok', detail: more.length === 0 ? first : `${first} and ${String(more.length)} more` };
      },
    },
    { id: 'tls', title: 'The certificate is in order', run: () => checkCertificate(patient, url()) },
    { id: 'proxy', title: 'No proxy is in the way', run: () => checkProxy(url(), env) },
    {
      id: 'http',
      title: 'Something that speaks MCP answers at the address',
      run: async () => {
        const { type, headers } = endpointOf(patient);
        const request = discoverRequest();
        answer = await probeEndpoint(url(), {
          type,
          headers,
          request: { body: request.bytes, headers: modernHeaders(request, new ToolHeaders()) },
          clock,
          timeoutMs: ANSWER_MS,
        });
        return { outcome: 'ok', detail: describe(answer) };
      },
    },
    { id: 'metadata', title: 'The server says who signs people in', run: () => checkMetadata(answer, url(), patient) },
    ...(patient.parts.signInChecks === undefined
      ? []
      : signInProbes(patient, patient.parts.signInChecks, () => {
          if (answer?.kind !== 'sign-in' || credentialOf(patient) !== undefined) return undefined;
          const named = answer.error.data['resourceMetadata'];
          return { url: url(), resourceMetadata: typeof named === 'string' ? named : undefined };
        })),
    { id: 'sign-in', title: 'No sign-in is missing', run: () => checkSignIn(answer, patient) },
  ];
}

function endpointOf({ resolved }: Patient): RemoteEndpoint {
  if (resolved === undefined || resolved.endpoint.type === 'stdio') {
    throw new PortolanError('INTERNAL', 'the server has no address');
  }
  return resolved.endpoint;
}

/** Of the address as it is written: a resolved one may hold a secret. */
function checkAddress({ entry }: Patient): Finding {
  const { endpoint } = entry;
  const warnings = endpoint.type === 'stdio' ? [] : checkEndpointUrl(endpoint.url).warnings;
  if (warnings.length === 0) return { outcome: 'ok' };
  const hint = 'Change the address, unless it is meant so.';
  return { outcome: 'warning', code: 'ADDRESS_DOUBTFUL', detail: warnings.join(' '), hint };
}

async function checkCertificate({ clock, env }: Patient, url: URL): Promise<Finding> {
  if (url.protocol !== 'https:') return { outcome: 'skipped', detail: 'the address is not https' };
  const { issuer, validTo, daysLeft, protocol } = await inspectCertificate(url, { clock, timeoutMs: CONNECT_MS }).catch(
    (error: unknown) => {
      throw withProxy(error, url, env);
    },
  );
  const detail = `from ${issuer}, valid until ${validTo.slice(0, 10)}, ${protocol}`;
  if (daysLeft >= DAYS_BEFORE_EXPIRY) return { outcome: 'ok', detail };
  return {
    outcome: 'warning',
    code: 'CERTIFICATE_EXPIRED',
    detail: `${detail}: it expires in ${String(daysLeft)} days`,
    hint: 'Tell the operator of the server to renew it.',
  };
}

function checkProxy(url: URL, env: NodeJS.ProcessEnv): Finding {
  const name = proxySetting(url, env);
  if (name === undefined) return { outcome: 'ok', detail: 'none is set for this address' };
  return {
    outcome: 'warning',
    code: 'PROXY_NOT_USED',
    detail: `${name} is set where the host runs; Portolan connects without it`,
    hint: `Add ${url.hostname} to NO_PROXY if that is meant so.`,
  };
}

function describe(answer: EndpointAnswer): string {
  if (answer.kind === 'sign-in') return 'HTTP 401: it wants a sign-in';
  return answer.kind === 'events' ? 'an event stream, as of HTTP+SSE' : `HTTP ${String(answer.status)}`;
}

async function checkMetadata(answer: EndpointAnswer | undefined, url: URL, { clock }: Patient): Promise<Finding> {
  if (answer?.kind !== 'sign-in') return { outcome: 'skipped', detail: 'the server did not ask for a sign-in' };
  const named = answer.error.data['resourceMetadata'];
  try {
    const where = typeof named === 'string' ? named : undefined;
    const issuers = await fetchResourceMetadata(url, { named: where, clock, timeoutMs: CONNECT_MS });
    return { outcome: 'ok', detail: issuers.join(', ') };
  } catch (error) {
    // What matters is told by the next step.
    if (!(error instanceof PortolanError)) throw error;
    const hint = error.hint ?? 'Tell the operator of the server.';
    return { outcome: 'warning', code: error.code, detail: error.message, hint };
  }
}

function checkSignIn(answer: EndpointAnswer | undefined, patient: Patient): Finding {
  if (answer?.kind !== 'sign-in') return { outcome: 'ok', detail: 'the server did not ask for one' };
  const given = credentialOf(patient);
  if (given === undefined) {
    const checks = patient.parts.signInChecks;
    if (checks === undefined) throw answer.error;
    return checkToken(checks.server(patient.name));
  }
  throw new PortolanError('NEEDS_SIGN_IN', `The server refuses the credential in the header ${given}.`, {
    hint: 'Renew the key that the header refers to: portolan secret set NAME',
    data: answer.error.data,
  });
}

/** The header in which the entry itself brings a credential. */
function credentialOf(patient: Patient): string | undefined {
  return Object.keys(endpointOf(patient).headers).find((name) => name.toLowerCase() === 'authorization');
}

/** A failure that a proxy explains says so. */
function withProxy(error: unknown, url: URL, env: NodeJS.ProcessEnv): unknown {
  const name = proxySetting(url, env);
  if (name === undefined || !(error instanceof PortolanError)) return error;
  const { code, message, data } = error;
  return new PortolanError(code, message, {
    hint: `${name} is set where the host runs, and Portolan connects without a proxy: use a network without one.`,
    data,
    cause: error,
  });
}
