// How well secrets are told from ordinary values, over a labelled set.
import { expect, test } from 'vitest';
import { looksSecret, secretsInArgs, secretsInUrl } from '../../../core/base/secret-shape.ts';
import { HARMLESS } from '../../fixtures/harmless-values.ts';
import type { LabelledValue } from '../../fixtures/labelled-value.ts';
import { SECRETS } from '../../fixtures/secret-values.ts';

/** As the catalog and the import decide. */
function isFound(labelled: LabelledValue): boolean {
  if (labelled.at === 'args') return secretsInArgs(labelled.args).length > 0;
  const [name, value] = labelled.at === 'url' ? ['', labelled.url] : [labelled.name, labelled.value];
  return looksSecret(name, value) || secretsInUrl(value).length > 0;
}

test('SEC-14 of labelled values, 95 % of the secrets are found and at most 2 % of the others are taken for one', () => {
  expect(Math.min(SECRETS.length, HARMLESS.length)).toBeGreaterThanOrEqual(100);
  const missed = SECRETS.filter((labelled) => !isFound(labelled));
  const mistaken = HARMLESS.filter(isFound);
  const recall = 1 - missed.length / SECRETS.length;
  const falsePositives = mistaken.length / HARMLESS.length;
  const report = JSON.stringify({ recall, falsePositives, missed, mistaken }, null, 1);
  expect(recall, report).toBeGreaterThanOrEqual(0.95);
  expect(falsePositives, report).toBeLessThanOrEqual(0.02);
});
