// Copies text; says so beside the button's own label. A secret goes by way of the shell, which takes it out again.
import { ActionIcon } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { announce } from '../state/announce.ts';
import { copyForAWhile } from '../state/secret-copy.ts';
import { useApp } from '../state/app-context.ts';

export function CopyButton({
  text,
  label,
  secret = false,
}: {
  readonly text: string;
  readonly label: string;
  readonly secret?: boolean;
}) {
  const { bridge } = useApp();
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    const done = secret ? copyForAWhile(text, bridge.powers) : navigator.clipboard.writeText(text);
    done.then(
      () => {
        setCopied(true);
        announce('Copied');
      },
      () => announce('The clipboard refused the copy'),
    );
  };
  return (
    <ActionIcon variant="subtle" color="gray" size={26} aria-label={copied ? `${label}, copied` : label} onClick={copy}>
      {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
    </ActionIcon>
  );
}
