// Procedures of the contract whose parts this host does not have: every one refuses, the lists are empty.
import { PortolanError } from '../../shared/errors.ts';
import type { DomainImplementer } from './implementer.ts';

function refuse(): never {
  throw new PortolanError('UNSUPPORTED', 'this host does not offer that', { hint: 'Update Portolan.' });
}

export function noGateway(os: DomainImplementer<'gateway'>) {
  return {
    status: os.status.handler(refuse),
    configure: os.configure.handler(refuse),
    addClient: os.addClient.handler(refuse),
    revokeClient: os.revokeClient.handler(refuse),
    snippets: os.snippets.handler(refuse),
  };
}

export function noProfiles(os: DomainImplementer<'profiles'>) {
  return {
    list: os.list.handler(() => []),
    status: os.status.handler(refuse),
    create: os.create.handler(refuse),
    update: os.update.handler(refuse),
    rename: os.rename.handler(refuse),
    remove: os.remove.handler(refuse),
  };
}

export function noQuestions(os: DomainImplementer<'questions'>) {
  return { list: os.list.handler(() => []), answer: os.answer.handler(refuse) };
}
