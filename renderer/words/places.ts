// Where secrets can be kept, in words.
import type { VaultState } from '../../shared/model/system.ts';

export interface PlaceWords {
  /** On the button that chooses it. */
  readonly name: string;
  /** After “in”. */
  readonly place: string;
  readonly effect: string;
}

export const PLACES: Readonly<Record<VaultState['kind'], PlaceWords>> = {
  keychain: {
    name: 'Keychain',
    place: 'the keychain',
    effect: 'The keychain of this computer keeps and unlocks them.',
  },
  file: {
    name: 'Encrypted file',
    place: 'the encrypted file',
    effect: 'One file in the data directory, locked at every start until its passphrase is given.',
  },
  memory: {
    name: 'Memory',
    place: 'memory',
    effect: 'Nothing is written to the disk. They are gone when the host ends.',
  },
};
