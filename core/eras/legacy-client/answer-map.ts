// A modern server's answers in a legacy client's terms. Results keep their bytes: a legacy client passes over members it does not
// know. (MCP 2026-07-28, Error codes)
import { objectOf } from '../../base/json-object.ts';
import { setMember } from '../../base/json-splice.ts';
import { LEGACY_VERSIONS, MODERN_VERSIONS } from '../../connections/era.ts';
import { errorFrame, type Frame, parseFrame } from '../../connections/frame.ts';
import { withId } from '../../connections/request-id.ts';

const INVALID_PARAMS = -32_602;
const INTERNAL_ERROR = -32_603;
/** Legacy alone has a number for this. */
const RESOURCE_NOT_FOUND = -32_002;
const HEADER_MISMATCH = -32_020;
const MISSING_CAPABILITY = -32_021;
const UNSUPPORTED_VERSION = -32_022;

/** The answer under the client's id (source text), with every other byte as it came unless its error has no legacy meaning. */
export function toLegacyAnswer(answer: Frame, callerId: string, method: string | undefined): Frame {
  const error = objectOf(answer.message['error']);
  const data = objectOf(error?.['data']);
  switch (error?.['code']) {
    case INVALID_PARAMS:
      return method === 'resources/read' ? notFound(answer, callerId) : withId(answer, callerId);
    case MISSING_CAPABILITY: {
      const names = Object.keys(objectOf(data?.['requiredCapabilities']) ?? {}).join(', ');
      const text = `The server needs something that this client does not offer: ${names === '' ? 'it does not say what' : names}.`;
      return errorFrame(callerId, INTERNAL_ERROR, text, data);
    }
    case UNSUPPORTED_VERSION:
      return errorFrame(callerId, INTERNAL_ERROR, noCommonVersion(versionsIn(answer)), data);
    case HEADER_MISMATCH:
      return errorFrame(callerId, INTERNAL_ERROR, 'The server refused the request’s headers.', data);
    default:
      return withId(answer, callerId);
  }
}

/** An answer that the bridge gives itself. */
export function ownError(callerId: string, text: string, data?: object): Frame {
  return errorFrame(callerId, INTERNAL_ERROR, text, data);
}

/** The versions that a server names when it refuses one; undefined when this answer is no such refusal. */
export function refusedVersion(answer: Frame): readonly string[] | undefined {
  return objectOf(answer.message['error'])?.['code'] === UNSUPPORTED_VERSION ? versionsIn(answer) : undefined;
}

/** The newest modern version that both speak, other than the one that was tried. */
export function otherVersion(
  supported: readonly string[],
  tried: string,
  spoken: readonly string[] = MODERN_VERSIONS,
): string | undefined {
  return spoken.find((version) => version !== tried && supported.includes(version));
}

/** One sentence with the server's versions and ours. */
export function noCommonVersion(supported: readonly string[]): string {
  const theirs = supported.length === 0 ? 'no version that it names' : supported.join(', ');
  return `The server speaks ${theirs}; Portolan speaks ${[...MODERN_VERSIONS, ...LEGACY_VERSIONS].join(', ')}.`;
}

function versionsIn(answer: Frame): string[] {
  const supported = objectOf(objectOf(answer.message['error'])?.['data'])?.['supported'];
  const texts: string[] = Array.isArray(supported) ? supported.filter((version) => typeof version === 'string') : [];
  return texts.slice(0, 20).map((version) => version.slice(0, 40));
}

function notFound(answer: Frame, callerId: string): Frame {
  const bytes = setMember(answer.bytes, ['error', 'code'], String(RESOURCE_NOT_FOUND));
  return parseFrame(setMember(bytes, ['id'], callerId), 'server');
}
