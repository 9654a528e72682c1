// The scripted legacy server as a process that speaks over its standard streams.
import { createInterface } from 'node:readline';
import { legacyScript } from './legacy-script.ts';

const take = legacyScript((message) => void process.stdout.write(`${JSON.stringify(message)}\n`));
createInterface({ input: process.stdin }).on('line', (line) => take(JSON.parse(line) as Record<string, unknown>));
