// Why a sign-in did not come about, as windows and commands show it.
import type { PortolanError } from '../../shared/errors.ts';
import type { SignIn } from '../../shared/model/identity.ts';

export function signInReason({ code, message, hint, data }: PortolanError): NonNullable<SignIn['reason']> {
  const { expected, found } = data;
  return {
    code,
    message,
    ...(hint !== undefined && { hint }),
    ...(typeof expected === 'string' && { expected }),
    ...(typeof found === 'string' && { received: found }),
  };
}
