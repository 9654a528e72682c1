// Copies text; says so beside the button's own label.
import { ActionIcon } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { announce } from '../state/announce.ts';

export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
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
