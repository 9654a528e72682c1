// The first pass over YAML: tokens, comments and nesting, by a parser that keeps its own stack, so that no nesting
// exhausts ours.
import { CST, Lexer, Parser } from 'yaml';

export interface YamlScan {
  readonly tokens: readonly CST.Token[];
  readonly comments: readonly { readonly offset: number; readonly length: number }[];
  /** Offset (UTF-16 units) where nesting passes the limit; the tokens end there. */
  readonly tooDeepAt: number | undefined;
}

/** Marks of the lexer that have no length in the text: start of a document, end of a flow, "the next one is a scalar". */
const MARKS: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

/** Scans `text`, nested `maxDepth` levels at most. */
export function scanYaml(text: string, maxDepth: number): YamlScan {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  const comments: { offset: number; length: number }[] = [];
  let [offset, isScalar] = [0, false];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // The stack holds the stream, the document and the scalar itself too.
    if (parser.stack.length > maxDepth + 3) return { tokens, comments, tooDeepAt: offset };
    if (!isScalar && MARKS.has(lexeme)) {
      isScalar = lexeme === CST.SCALAR;
      continue;
    }
    if (!isScalar && lexeme.startsWith('#')) comments.push({ offset, length: lexeme.length });
    offset += lexeme.length;
    isScalar = false;
  }
  for (const token of parser.end()) tokens.push(token);
  return { tokens, comments, tooDeepAt: undefined };
}
