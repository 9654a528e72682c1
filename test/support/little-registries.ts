// Registries of a host in miniature: nothing is found anywhere.
import type { RegistriesPort } from '../../host/ports.ts';
import { PortolanError } from '../../shared/errors.ts';

const nothing = async (): Promise<never> => {
  throw new PortolanError('NOT_FOUND', 'nothing is there');
};

export const littleRegistries: RegistriesPort = {
  sources: () => [],
  search: nothing,
  show: nothing,
  form: nothing,
  prepare: nothing,
  discover: nothing,
  updateRequest: nothing,
  outdated: async () => [],
  card: nothing,
};
