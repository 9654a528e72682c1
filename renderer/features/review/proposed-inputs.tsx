// What proposed servers ask for. Values go to the keychain or the settings when the servers are added, not before.
import type { CatalogInput } from '../../../shared/model/catalog-input.ts';
import type { MergeRow } from '../../../shared/model/portable.ts';
import { Card } from '../../components/card.tsx';
import { InputField } from '../../components/input-field.tsx';
import { Visible } from '../../components/visible.tsx';

export function ProposedInputs({
  inputs,
  rows,
  values,
  onChange,
}: {
  readonly inputs: readonly CatalogInput[];
  readonly rows: readonly MergeRow[];
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (id: string, value: string) => void;
}) {
  if (inputs.length === 0) return null;
  return (
    <Card title="They ask for" right="Can be filled in later">
      <div className="cardb stack">
        {inputs.map((input) => {
          const row = rows.find(({ key }) => key === `input:${input.id}`);
          return (
            <div className="stack" key={input.id}>
              <div>
                <b className="mono">{input.id}</b>{' '}
                <span className="t2 sm">
                  {input.secret ? 'goes to the keychain' : 'is kept in the settings'}
                  {row?.action === 'clash' && `, as ${row.renamed ?? input.id}: yours of this name is not used`}
                </span>
                {input.description !== undefined && (
                  <div className="t2 anywhere">
                    <Visible text={input.description} />
                  </div>
                )}
              </div>
              <InputField
                input={input}
                value={values[input.id] ?? ''}
                onChange={(value) => onChange(input.id, value)}
              />
            </div>
          );
        })}
      </div>
    </Card>
  );
}
