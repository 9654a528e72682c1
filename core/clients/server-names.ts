// Names: what Portolan, the keychain and each client accept, and the nearest acceptable name to a given one.
import { SERVER_NAME_PATTERN } from '../../shared/model/server-name.ts';

const MAX_SERVER_NAME = 64;
const MAX_SECRET_NAME = 128;

/** True for names that are properties of every JavaScript object; programs that read such files trip over them. */
export function isUnsafeName(name: string): boolean {
  return name === 'prototype' || name in Object.prototype;
}

/** The nearest name that matches SERVER_NAME_PATTERN and is safe as a key; `name` itself when it already is. */
export function portableName(name: string): string {
  if (isUnsafeName(name)) return `server-${name.replaceAll('_', '')}`;
  if (SERVER_NAME_PATTERN.test(name)) return name;
  return clean(name, MAX_SERVER_NAME) || 'server';
}

/** The keychain name of a secret that a server's field holds, such as `issue-tracker.API_TOKEN`. */
export function secretName(server: string, field: string): string {
  return clean(`${server}.${clean(field, 60) || 'secret'}`, MAX_SECRET_NAME);
}

/** `name`, or `name-2`, `name-3`… until `taken` says no; never longer than `maxLength`. */
export function uniqueName(name: string, taken: (name: string) => boolean, maxLength = MAX_SERVER_NAME): string {
  if (!taken(name)) return name;
  for (let number = 2; ; number += 1) {
    const suffix = `-${number}`;
    const candidate = name.slice(0, maxLength - suffix.length) + suffix;
    if (!taken(candidate)) return candidate;
  }
}

/** A name for a pasted server that has none: its package, program or host. */
export function inferName(command: string | undefined, args: readonly string[], url: string | undefined): string {
  const source = url === undefined ? (packageOf(args) ?? command ?? '') : (URL.parse(url)?.hostname ?? '');
  const last = source.split(/[/\\]/).findLast((part) => part !== '') ?? '';
  return portableName(last.replace(/(?<=.)@.*$|(?:==|\.(?:exe|cmd|js|mjs|py)$).*$/g, '') || 'server');
}

function packageOf(args: readonly string[]): string | undefined {
  return args.find((arg) => !arg.startsWith('-') && !/^(?:run|dlx|exec|x|tool|node|python3?)$/.test(arg));
}

function clean(name: string, maxLength: number): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, maxLength)
    .replace(/[-.]+$/, '');
}
