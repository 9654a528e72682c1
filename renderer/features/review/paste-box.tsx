// For places where no program takes portolan:// links: the link, or the text of a catalog file, pasted.
import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Card } from '../../components/card.tsx';
import { Reason } from '../../components/reason.tsx';
import { useApp } from '../../state/app-context.ts';
import { toFault } from '../../words/fault.ts';

export function PasteBox() {
  const { client, queries } = useApp();
  const cache = useQueryClient();
  const [, navigate] = useLocation();
  const [text, setText] = useState('');
  const offer = useMutation({
    mutationFn: () => client.links.offerText({ text }),
    onSuccess: async ({ page }) => {
      await cache.invalidateQueries({ queryKey: queries.links.current.key() });
      navigate(page);
    },
  });
  return (
    <Card title="Link or catalog file">
      <form
        className="cardb stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') offer.mutate();
        }}
      >
        <Textarea
          aria-label="Link or text of a catalog file"
          placeholder="portolan://add?catalog=…"
          autosize
          minRows={3}
          maxRows={12}
          spellCheck={false}
          classNames={{ input: 'mono' }}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {offer.isError && <Reason fault={toFault(offer.error)} />}
        <div className="row">
          <Button className="end" type="submit" disabled={text.trim() === ''} loading={offer.isPending}>
            Show
          </Button>
        </div>
      </form>
    </Card>
  );
}
