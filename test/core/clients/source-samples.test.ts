// Our own samples of YAML clients and other sources give exactly what stands beside them.
import { describe, expect, it } from 'vitest';
import { clientFormat } from '../../../core/clients/client-formats.ts';
import { importResultSchema } from '../../../shared/model/import-result.ts';
import { SOURCE_SAMPLES } from '../../fixtures/source-samples.ts';

describe('samples of other sources', () => {
  it.each(SOURCE_SAMPLES)(
    '$client: $title',
    ({ client, scope = 'user', file, text, servers, warnings, inputs, error }) => {
      const context = { scope, ...(file === undefined ? {} : { file }) };
      const { result } = clientFormat(client).parse(Buffer.from(text), context);
      expect(importResultSchema.safeParse(result).success).toBe(true);
      expect(result.error?.code).toBe(error);
      expect(JSON.parse(JSON.stringify(result.servers))).toEqual(servers);
      expect(
        result.warnings
          .map((warning) => [warning.code, warning.server, warning.path].filter(Boolean).join(' '))
          .toSorted(),
      ).toEqual([...warnings].toSorted());
      expect(result.inputs).toEqual(inputs);
    },
  );
});
