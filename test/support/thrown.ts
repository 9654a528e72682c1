// The PortolanError that something throws, to compare its parts; anything else fails the test.
import { PortolanError } from '../../shared/errors.ts';

export function thrown(fn: () => unknown): PortolanError {
  try {
    fn();
  } catch (error) {
    return expectPortolanError(error);
  }
  throw new Error('nothing was thrown');
}

export async function rejected(promise: Promise<unknown>): Promise<PortolanError> {
  return promise.then(() => {
    throw new Error('nothing was thrown');
  }, expectPortolanError);
}

function expectPortolanError(error: unknown): PortolanError {
  if (error instanceof PortolanError) return error;
  throw error;
}
