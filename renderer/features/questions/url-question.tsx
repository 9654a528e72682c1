// A question that asks to open an address: the whole address and its host are shown, and nothing is fetched or opened
// before a person presses the button. (MCP, Elicitation, Safe URL Handling)
import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useState } from 'react';
import type { Question } from '../../../shared/model/question.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { Note } from '../../components/note.tsx';
import { Reason } from '../../components/reason.tsx';
import { Visible } from '../../components/visible.tsx';
import { useApp } from '../../state/app-context.ts';
import { toastFault } from '../../state/toast.tsx';
import { toFault } from '../../words/fault.ts';
import { Refusals, RefusalButtons } from './form-question.tsx';
import type { Answering } from './question-page.tsx';

export function UrlQuestion({
  question,
  answering,
}: {
  readonly question: Extract<Question, { mode: 'url' }>;
  readonly answering: Answering;
}) {
  const { bridge } = useApp();
  const [opened, setOpened] = useState(false);
  const { id, url, host, punycode } = question;
  const open = async (): Promise<void> => {
    try {
      if (bridge.powers.openQuestion) await bridge.powers.openQuestion(id);
      else window.open(url, '_blank', 'noopener,noreferrer');
      setOpened(true);
    } catch (error) {
      toastFault(toFault(error));
    }
  };
  if (!isWebAddress(url)) {
    return (
      <>
        <Reason
          tone="policy"
          fault={{
            code: 'URL_REFUSED',
            cause: 'This is no web address, so Portolan does not open it.',
            hint: 'Decline; nothing was opened.',
          }}
        />
        <Refusals answering={answering} />
      </>
    );
  }
  return (
    <>
      <section className="address" aria-label="Address to open">
        <div className="t2 sm">Opens in your browser, outside of Portolan</div>
        <div className="host mono">
          <Visible text={host} />
        </div>
        <div className="row top">
          <span className="mono anywhere grow t2">
            <Address url={url} host={host} />
          </span>
          <CopyButton text={url} label="Copy address" />
        </div>
      </section>
      {punycode && (
        <Note
          tone="warn"
          title="This name can look like another."
          text={`It is written with letters of other scripts. Open it only if you expected exactly ${host}.`}
        />
      )}
      {answering.fault && <Reason fault={answering.fault} />}
      <div className="row wrap">
        {opened ? (
          <Button loading={answering.busy} onClick={() => answering.send({ action: 'accept' })}>
            I have finished there
          </Button>
        ) : (
          <Button rightSection={<IconExternalLink size={14} />} onClick={() => void open()}>
            Open in browser
          </Button>
        )}
        {opened && (
          <Button variant="default" onClick={() => void open()}>
            Open again
          </Button>
        )}
        <span className="end" />
        <RefusalButtons answering={answering} />
      </div>
    </>
  );
}

/** The address with its host in weight, so that the eye finds whose it is. */
function Address({ url, host }: { readonly url: string; readonly host: string }) {
  const at = url.indexOf(host);
  if (at === -1) return <Visible text={url} />;
  return (
    <>
      <Visible text={url.slice(0, at)} />
      <b>
        <Visible text={host} />
      </b>
      <Visible text={url.slice(at + host.length)} />
    </>
  );
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
