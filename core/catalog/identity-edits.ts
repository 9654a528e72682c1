// Every change that can be made to the identities of a catalog, as a pure function from what is in the file now to its new text.
import { PortolanError } from '../../shared/errors.ts';
import type { Identity } from '../../shared/model/identity.ts';
import { insertIn, removeIn, setIn, withObject } from '../base/json-edit.ts';
import { nameKey } from '../base/name-key.ts';
import { type CatalogEdit, checkName } from './catalog-edits.ts';
import type { CatalogContent } from './catalog-file.ts';
import { IDENTITIES, IDENTITY_KEYS, identityValue, readIdentity } from './identity-form.ts';

export function addIdentity(identity: Identity): CatalogEdit {
  checkName(identity.name, 'identity');
  checkForm(identity);
  return (content) => {
    const names = [...content.identities.keys(), ...content.badIdentities.map((bad) => bad.name)];
    const existing = names.find((other) => nameKey(other) === nameKey(identity.name));
    if (existing !== undefined) {
      throw new PortolanError('DUPLICATE_NAME', `there is already an identity named ${existing}`, {
        hint: 'Choose another name.',
        data: { name: identity.name, existing },
      });
    }
    return insertIn(withObject(content.text, IDENTITIES), IDENTITIES, [[identity.name, writtenIdentity(identity)]]);
  };
}

/** The identity `name` becomes the given one, name excepted. */
export function updateIdentity(name: string, identity: Identity): CatalogEdit {
  checkForm(identity);
  return (content) => {
    const before = existingIdentity(content, name);
    return IDENTITY_KEYS.reduce((text, key) => {
      const value = identityValue(identity, key);
      if (JSON.stringify(identity[key]) === JSON.stringify(before[key])) return text;
      const path = [...IDENTITIES, name, key];
      return value === undefined ? removeIn(text, path) : setIn(text, path, value);
    }, content.text);
  };
}

/** An identity that cannot be used can still be removed. */
export function removeIdentity(name: string): CatalogEdit {
  return (content) => {
    if (!content.badIdentities.some((bad) => bad.name === name)) existingIdentity(content, name);
    return removeIn(content.text, [...IDENTITIES, name]);
  };
}

/** The good identity `name`; throws IDENTITY_NOT_FOUND, or CATALOG_INVALID when it is there but cannot be used. */
export function existingIdentity(content: CatalogContent, name: string): Identity {
  const identity = content.identities.get(name);
  if (identity !== undefined) return identity;
  const bad = content.badIdentities.find((candidate) => candidate.name === name);
  if (bad !== undefined) throw bad.error;
  throw new PortolanError('IDENTITY_NOT_FOUND', `there is no identity named ${JSON.stringify(name)} in the catalog`, {
    hint: '`portolan identities` shows the names.',
  });
}

/** The value that an identity is written as: everything that is not a default. */
export function writtenIdentity(identity: Identity): object {
  const written = IDENTITY_KEYS.map((key) => [key, identityValue(identity, key)] as const);
  return Object.fromEntries(written.filter(([, value]) => value !== undefined));
}

/** @throws PortolanError INPUT_INVALID naming the field, never its value: it may be a secret. */
function checkForm(identity: Identity): void {
  const read = readIdentity(identity.name, writtenIdentity(identity));
  if ('value' in read) return;
  throw new PortolanError('INPUT_INVALID', read.problem, {
    hint: 'Secrets are stored with `portolan secret set NAME` and referred to as ${secret:NAME}.',
  });
}
