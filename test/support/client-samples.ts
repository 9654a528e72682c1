// The sample files of other clients that Portolan reads today, each with its expected result beside it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const SAMPLE_FOLDER = join(import.meta.dirname, '..', 'fixtures', 'client-samples');

/** Samples of the list in `index.json`. */
export const SAMPLES = [
  'claude-desktop.basic',
  'claude-desktop.mcp-remote',
  'claude-code.user',
  'cursor.duplicates',
  'cursor.global-jsonc',
  'vscode.user',
  'generic.truncated',
  'generic.wrong-types',
  'jetbrains-ai.paste',
  'continue.user',
  'goose.user',
  'registry.server-json',
  'copilot-cli.user',
  'windsurf.user',
  'cline.user',
  'roo-code.user',
  'codex.user',
  'zed.settings',
  'gemini-cli.user',
  'opencode.user',
];

/** An expected result, and how the sample is to be read. */
export interface ExpectedSample {
  readonly client: string;
  /** Name in the folder of samples. */
  readonly file: string;
  readonly scope: string;
  readonly servers: readonly Readonly<Record<string, unknown>>[];
  readonly warnings: readonly object[];
  readonly error: object | null;
  /** Where the file lies at its client: below `~`, below `<project>`, or absolute. */
  readonly at?: string;
  /** Absent: linux. */
  readonly platform?: NodeJS.Platform;
}

/** The expected result called `sample`, and the part of it that a reader must give. */
export function expectedOf(sample: string): {
  sample: ExpectedSample;
  result: Omit<ExpectedSample, 'at' | 'platform'>;
} {
  const whole = JSON.parse(readFileSync(join(SAMPLE_FOLDER, `${sample}.expected.json`), 'utf8')) as ExpectedSample &
    Record<string, unknown>;
  const { sample: _sample, notes: _notes, at: _at, platform: _platform, ...result } = whole;
  return { sample: whole, result };
}

/** Samples of our own: every other expected result in the folder. */
export const OWN_SAMPLES: readonly string[] = ownSamples();

function ownSamples(): string[] {
  const listed = JSON.parse(readFileSync(join(SAMPLE_FOLDER, 'index.json'), 'utf8')) as { sample: string }[];
  const foreign = new Set(listed.map(({ sample }) => sample));
  return readdirSync(SAMPLE_FOLDER)
    .filter((name) => name.endsWith('.expected.json'))
    .map((name) => name.slice(0, -'.expected.json'.length))
    .filter((sample) => !foreign.has(sample))
    .toSorted();
}
