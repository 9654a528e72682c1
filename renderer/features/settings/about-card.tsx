// What runs here: versions, the host process, and where its files are.
import { VERSION } from '../../../shared/version.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { DataList } from '../../components/data-list.tsx';
import { useApp, useSnapshot } from '../../state/app-context.ts';
import { useNow } from '../../state/use-now.ts';
import { bytes, count } from '../../words/numbers.ts';
import { exact, lasting } from '../../words/time.ts';

export function AboutCard() {
  const { bridge } = useApp();
  const { host, catalog, audit } = useSnapshot();
  const now = useNow();
  const path = (text: string, label: string) => (
    <span className="row">
      <span className="mono anywhere">{text}</span>
      <CopyButton text={text} label={label} />
    </span>
  );
  return (
    <div className="cardb">
      <DataList
        facts={[
          { term: 'Window', value: `Portolan ${VERSION}, ${bridge.where}` },
          { term: 'Host', value: `Portolan ${host.version}, pid ${host.pid}, ${bytes(host.rssBytes)}` },
          { term: 'Running', value: <span title={exact(host.startedAt)}>{lasting(host.startedAt, now)}</span> },
          { term: 'Audit log', value: `${count(audit.records)} records` },
          { term: 'Data folder', value: path(host.dataDir, 'Copy path of the data folder') },
          { term: 'Catalog', value: path(catalog.path, 'Copy path of the catalog') },
        ]}
      />
    </div>
  );
}
