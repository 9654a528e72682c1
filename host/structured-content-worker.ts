// Entry of the thread that checks structured content: the only user of the JSON Schema library. It is given text and fetches nothing.
// Dialects: 2020-12, which is meant when a schema names none, and draft-07, which many libraries still write.
import { parentPort, workerData } from 'node:worker_threads';
import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { CheckAnswer, CheckRequest } from './structured-content.ts';

/** Unknown keywords and formats are annotations; nothing is written into the data, to the console, or loaded. */
const OPTIONS: Options = {
  strict: false,
  validateFormats: false,
  logger: false,
  addUsedSchema: false,
  ownProperties: true,
};
const WORDS_MAX = 300;

const port = parentPort;
if (port === null) throw new Error('structured-content-worker.ts runs as a worker thread only');
const post = (answer: CheckAnswer): void => port.postMessage(answer);

const { schema, content } = workerData as CheckRequest;
post({ kind: 'ready' });
post({ kind: 'checked', problem: problemOf(JSON.parse(schema), JSON.parse(content)) });

function problemOf(promised: object, given: unknown): string | undefined {
  const validate = compiled(promised);
  if (typeof validate === 'string') return `The structured content was not checked: ${validate}`;
  if (validate(given)) return undefined;
  const [error] = validate.errors ?? [];
  const place = error?.instancePath || 'as a whole';
  return cut(
    `The structured content does not fit the schema of the tool (${place}): it ${error?.message ?? 'differs'}.`,
  );
}

/** The schema's validator, or in words why there is none. */
function compiled(promised: object): ValidateFunction | string {
  const dialect =
    (promised as { readonly $schema?: unknown }).$schema ?? 'https://json-schema.org/draft/2020-12/schema';
  const ajv = validatorFor(dialect);
  if (ajv === undefined)
    return cut(`its schema is written in a dialect that is not known here: ${JSON.stringify(dialect)}`);
  try {
    return ajv.compile(promised);
  } catch (error) {
    if (error instanceof Ajv.MissingRefError)
      return cut(`its schema refers to something outside of itself, which is not fetched: ${error.missingRef}`);
    return cut(`its schema is not valid: ${error instanceof Error ? error.message : 'no reason given'}`);
  }
}

function validatorFor(dialect: unknown): Ajv | Ajv2020 | undefined {
  switch (typeof dialect === 'string' ? dialect.replace(/#$/, '') : undefined) {
    case 'https://json-schema.org/draft/2020-12/schema':
      return new Ajv2020(OPTIONS);
    case 'http://json-schema.org/draft-07/schema':
    case 'https://json-schema.org/draft-07/schema':
      return new Ajv(OPTIONS);
    default:
      return undefined;
  }
}

function cut(text: string): string {
  return text.length > WORDS_MAX ? `${text.slice(0, WORDS_MAX)} …` : text;
}
