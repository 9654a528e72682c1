// Why a child could not be started, in Portolan's codes, with what to do next.
import { PortolanError } from '../../shared/errors.ts';
import { errnoOf, errnoSentence } from '../base/errno.ts';

/** @param interpreter the program in the file's `#!` line, if it is a script */
export function spawnError(error: unknown, file: string, interpreter: string | undefined): PortolanError {
  const options = { cause: error, data: { path: file } };
  const errno = errnoOf(error);
  switch (errno) {
    case 'ENOENT':
      return new PortolanError(
        'SPAWN_NOT_FOUND',
        interpreter === undefined
          ? `${file} cannot be started: it or a part that it needs is missing.`
          : `${file} needs the interpreter ${interpreter}, which is missing.`,
        {
          ...options,
          hint:
            interpreter === undefined
              ? 'Install it again.'
              : `Install ${interpreter}, or correct the first line of the file.`,
        },
      );
    case 'EACCES':
    case 'EPERM':
      return new PortolanError('SPAWN_NOT_EXECUTABLE', `The system does not allow running ${file}.`, {
        ...options,
        hint: 'Check the permissions of the file and of its folders, and that its disk allows programs.',
      });
    case 'ENOEXEC':
      return new PortolanError('SPAWN_WRONG_FORMAT', `${file} is not in a format that this machine runs.`, {
        ...options,
        hint: 'Install the build for this machine.',
      });
    case 'EAGAIN':
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
    case 'ETXTBSY':
      return new PortolanError('SPAWN_NO_RESOURCES', `${file} could not be started: ${RESOURCE_SENTENCES[errno]}.`, {
        ...options,
        hint: 'Close other programs or stop servers that are not needed, then try again.',
      });
    case 'E2BIG':
    case 'ERR_INVALID_ARG_VALUE':
      return new PortolanError(
        'INPUT_INVALID',
        'The arguments or variables of this server cannot be handed to a program.',
        {
          ...options,
          hint: 'Shorten them, and remove zero characters.',
        },
      );
    default:
      return new PortolanError('INTERNAL', `${file} could not be started: ${errnoSentence(error)}.`, options);
  }
}

const RESOURCE_SENTENCES = {
  EAGAIN: 'the limit of processes is reached',
  EMFILE: 'Portolan has too many files open',
  ENFILE: 'the system has too many files open',
  ENOMEM: 'there is not enough memory',
  ETXTBSY: 'the file is being written',
} as const;
