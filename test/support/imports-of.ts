// Reads the import specifiers of a TypeScript file: static, type-only, re-export, dynamic, require and getBuiltinModule.

export interface FoundImport {
  readonly specifier: string;
  readonly kind: 'static' | 'type' | 'dynamic';
}

const STATIC = /^\s*(?:import|export)\s+(type\s+)?(?:[^'"();]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\b(?:import|require|getBuiltinModule)\(\s*['"]([^'"]+)['"]/g;

/** Every specifier in the order found; text in comments does not count. */
export function importsOf(source: string): FoundImport[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [
    ...[...code.matchAll(STATIC)].map(
      ([, type, specifier = '']): FoundImport => ({ specifier, kind: type ? 'type' : 'static' }),
    ),
    ...[...code.matchAll(DYNAMIC)].map(([, specifier = '']): FoundImport => ({ specifier, kind: 'dynamic' })),
  ];
}
