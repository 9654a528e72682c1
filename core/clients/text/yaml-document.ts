// YAML text as one document of the `yaml` package, under limits: nothing in it is resolved, merged or instantiated here.
import { Composer, type Document, type ParsedNode } from 'yaml';
import { type JsonTextError, positionOf } from '../../base/json-tree.ts';
import { scanYaml, type YamlScan } from './yaml-scan.ts';

export interface YamlFile {
  readonly kind: 'document';
  /** Undefined for a text without any value. */
  readonly root: ParsedNode | undefined;
  readonly comments: YamlScan['comments'];
}

/** Deeper nesting than this is no configuration. */
export const MAX_YAML_DEPTH = 200;
/** The parser takes seconds for more, and no configuration comes near. */
const MAX_YAML_CHARS = 4 * 1024 * 1024;

/** Reads `text` with the core schema of YAML 1.2, whatever version it names; tags of other schemas have no effect. */
export function readYaml(text: string): YamlFile | JsonTextError {
  if (text.length > MAX_YAML_CHARS) {
    return { kind: 'error', problem: 'too-large', message: 'it is larger than 4 MiB', line: 1, column: 1 };
  }
  const { tokens, comments, tooDeepAt } = scanYaml(text, MAX_YAML_DEPTH);
  if (tooDeepAt !== undefined) {
    const message = `maps and lists are nested deeper than ${MAX_YAML_DEPTH} levels`;
    return { kind: 'error', problem: 'too-deep', message, ...positionOf(text, tooDeepAt) };
  }
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    customTags: null,
    resolveKnownTags: false,
    // Looking for duplicates takes quadratic time there; the tree of offsets reports them.
    uniqueKeys: false,
    strict: false,
    keepSourceTokens: true,
    logLevel: 'silent',
  });
  const documents: Document.Parsed[] = [...composer.compose(tokens, false, text.length)];
  const [document, second] = documents;
  if (second !== undefined) {
    const offset = second.range[0];
    return { kind: 'error', problem: 'several', message: 'a second document begins', ...positionOf(text, offset) };
  }
  const error = document?.errors[0];
  if (error !== undefined) {
    return { kind: 'error', problem: 'syntax', message: 'this is not valid YAML', ...positionOf(text, error.pos[0]) };
  }
  const contents = document?.contents ?? undefined;
  const isBlank = contents !== undefined && contents.range[0] === contents.range[1] && contents.anchor === undefined;
  return { kind: 'document', root: isBlank ? undefined : contents, comments };
}
