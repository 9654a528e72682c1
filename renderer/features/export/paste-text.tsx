// What a person puts into a client that has no file to write: the text, how to use it, and a link where the client has one.
import { Button } from '@mantine/core';
import type { ExportPlan } from '../../../shared/model/import-result.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { copyForAWhile } from '../../state/secret-copy.ts';
import { announce } from '../../state/announce.ts';
import { useApp } from '../../state/app-context.ts';

export interface PasteTextProps {
  readonly paste: NonNullable<ExportPlan['paste']>;
  /** Its name as people know it. */
  readonly client: string;
  /** The text holds a token: the copy leaves the clipboard again. */
  readonly secret: boolean;
}

export function PasteText({ paste, client, secret }: PasteTextProps) {
  const { bridge } = useApp();
  const copy = (): void => {
    const done = secret ? copyForAWhile(paste.text, bridge.powers) : navigator.clipboard.writeText(paste.text);
    done.then(
      () => announce('Copied'),
      () => announce('The clipboard refused the copy'),
    );
  };
  return (
    <>
      <div className="cardh" style={{ minHeight: 42 }}>
        <h2>{client} has no file to write</h2>
        <span className="r">
          <Button size="compact-sm" onClick={copy}>
            Copy text
          </Button>
        </span>
      </div>
      <div className="cardb">{paste.note}</div>
      <pre className="json mono" tabIndex={0} aria-label={`Text for ${client}`}>
        {paste.text}
      </pre>
      {paste.link !== undefined && (
        <div className="cardb row">
          <span className="grow">
            Or open this link on this computer: {client} asks before it adds anything.
            <span className="mono block anywhere t2">{paste.link}</span>
          </span>
          <CopyButton text={paste.link} label="Copy link" />
        </div>
      )}
    </>
  );
}
