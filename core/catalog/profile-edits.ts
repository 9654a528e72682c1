// Every change that can be made to the profiles of a catalog, as a pure function from what is in the file now to its new text.
import { PortolanError } from '../../shared/errors.ts';
import type { Profile } from '../../shared/model/profile.ts';
import { insertIn, removeIn, renameIn, setIn, withObject } from '../base/json-edit.ts';
import { nameKey } from '../base/name-key.ts';
import { type CatalogEdit, checkName } from './catalog-edits.ts';
import type { CatalogContent } from './catalog-file.ts';
import { PROFILES, writeProfile } from './profile-form.ts';

/** What is given is set; an empty title is taken away. */
export type ProfilePatch = { readonly [Key in Exclude<keyof Profile, 'name'>]?: Profile[Key] | undefined };

export function addProfile(profile: Profile): CatalogEdit {
  checkName(profile.name, 'profile');
  return (content) => {
    refuseTaken(content, profile.name, undefined);
    checkMembers(content, profile.servers);
    return insertIn(withObject(content.text, PROFILES), PROFILES, [[profile.name, writeProfile(profile)]]);
  };
}

export function updateProfile(name: string, patch: ProfilePatch): CatalogEdit {
  return (content) => {
    const profile = existingProfile(content, name);
    const { title, servers, mode, nameBudget } = patch;
    const path = [...PROFILES, name];
    let { text } = content;
    if (title !== undefined)
      text = title === '' ? removeIn(text, [...path, 'title']) : setIn(text, [...path, 'title'], title);
    if (servers !== undefined) {
      // A member that is gone already may stay; a new one must be there.
      checkMembers(
        content,
        servers.filter((server) => !profile.servers.includes(server)),
      );
      text = setIn(text, [...path, 'servers'], [...new Set(servers)]);
    }
    if (mode !== undefined && mode !== profile.mode) text = setIn(text, [...path, 'mode'], mode);
    if (nameBudget !== undefined && nameBudget !== profile.nameBudget) {
      text = setIn(text, [...path, 'nameBudget'], nameBudget);
    }
    return text;
  };
}

export function renameProfile(name: string, to: string): CatalogEdit {
  checkName(to, 'profile');
  return (content) => {
    existingProfile(content, name);
    refuseTaken(content, to, name);
    return renameIn(content.text, [...PROFILES, name], to);
  };
}

/** A profile that cannot be used can still be removed. */
export function removeProfile(name: string): CatalogEdit {
  return (content) => {
    if (!content.badProfiles.some((bad) => bad.name === name)) existingProfile(content, name);
    return removeIn(content.text, [...PROFILES, name]);
  };
}

/** The good profile `name`; throws PROFILE_NOT_FOUND, or CATALOG_INVALID when it is there but cannot be used. */
export function existingProfile(content: CatalogContent, name: string): Profile {
  const profile = content.profiles.get(name);
  if (profile !== undefined) return profile;
  const bad = content.badProfiles.find((candidate) => candidate.name === name);
  if (bad !== undefined) throw bad.error;
  throw new PortolanError('PROFILE_NOT_FOUND', `there is no profile named ${JSON.stringify(name)} in the catalog`, {
    hint: '`portolan profile list` shows the names.',
  });
}

/** `except`: the profile that is given this name. */
function refuseTaken(content: CatalogContent, name: string, except: string | undefined): void {
  const key = nameKey(name);
  const profiles = [...content.profiles.keys(), ...content.badProfiles.map((bad) => bad.name)];
  const profile = profiles.find((other) => other !== except && nameKey(other) === key);
  const server = [...content.names].find((other) => nameKey(other) === key);
  const existing = profile ?? server;
  if (existing === undefined) return;
  throw new PortolanError(
    'DUPLICATE_NAME',
    `there is already a ${profile === undefined ? 'server' : 'profile'} named ${existing}`,
    { hint: 'Choose another name.', data: { name, existing } },
  );
}

function checkMembers(content: CatalogContent, servers: readonly string[]): void {
  const absent = servers.find((server) => !content.names.has(server));
  if (absent === undefined) return;
  throw new PortolanError('SERVER_NOT_FOUND', `there is no server named ${JSON.stringify(absent)} in the catalog`, {
    hint: '`portolan list` shows the names.',
  });
}
