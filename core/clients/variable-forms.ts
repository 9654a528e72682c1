// Reference forms that are none of `${…}` with a prefix, as data: how they are found, what they mean, how they are written.
import type { VariableRef } from '../../shared/model/import-result.ts';

type FormRef = Omit<VariableRef, 'path'>;

export interface VariableForm {
  readonly pattern: RegExp;
  /** What a match of `pattern` refers to. */
  readonly read: (match: RegExpExecArray) => FormRef | undefined;
}

/** A client that writes references in forms of its own. */
export interface FormSyntax {
  readonly forms: readonly VariableForm[];
  /** The environment variable `name`; absent: it cannot be said. */
  readonly writeEnv?: (name: string) => string;
  /** The input `id`. */
  readonly writeInput?: (id: string) => string;
}

const bareEnv: VariableForm = {
  pattern: /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g,
  read: ([, name = '']) => ({ syntax: '${X}', kind: 'env', name }),
};

/** Continue keeps secrets in the environment and in `.env` files. */
const continueForm: VariableForm = {
  pattern: /\$\{\{\s*(secrets|inputs)\.([^{}\s]+)\s*\}\}/g,
  read: ([, kind, name = '']) =>
    kind === 'secrets'
      ? { syntax: '${{ secrets.X }}', kind: 'secret', name }
      : { syntax: '${{ inputs.X }}', kind: 'input', name },
};

/** LibreChat fills in what it knows of the user who is signed in; other names are those users' own values. */
const userForm: VariableForm = {
  pattern: /\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}/g,
  read: ([, name = '']) => ({ syntax: '{{X}}', kind: name.startsWith('LIBRECHAT_') ? 'builtin' : 'input', name }),
};

/** Plain `mcp.json` (SEP-2633): a reference with a value to fall back to, and references to a password manager. */
const pipeForm: VariableForm = {
  pattern: /\$\{env:([A-Za-z_][A-Za-z0-9_]*)\s*\|\s*value:([^{}]*)\}/g,
  read: ([, name = '', fallback = '']) => ({
    syntax: '${env:X | value:y}',
    kind: 'env',
    name,
    default: fallback,
  }),
};
const opForm: VariableForm = {
  pattern: /\$\{(op:\/\/[^{}]+)\}/g,
  read: ([, name = '']) => ({ syntax: '${op://X}', kind: 'input', name }),
};

export const FORM_SYNTAXES = {
  continue: {
    forms: [continueForm],
    writeEnv: (name) => `\${{ secrets.${name} }}`,
    writeInput: (id) => `\${{ inputs.${id} }}`,
  },
  goose: { forms: [bareEnv], writeEnv: (name) => `\${${name}}` },
  librechat: { forms: [bareEnv, userForm], writeEnv: (name) => `\${${name}}` },
} as const satisfies Readonly<Record<string, FormSyntax>>;

/** Forms of plain files beside the common ones. */
export const PLAIN_FORMS: readonly VariableForm[] = [pipeForm, opForm];
