// Which address shows which page. Every flow keeps its address, so that palette, hints and links point at the same page.
import { Route, Switch } from 'wouter';
import { PageHead } from '../../components/page-head.tsx';
import { Reason } from '../../components/reason.tsx';
import { ActivityPage } from '../activity/activity-page.tsx';
import { ConnectionsPage } from '../connections/connections-page.tsx';
import { PairPage } from '../connections/pair-page.tsx';
import { SessionPage } from '../connections/session-page.tsx';
import { ExportPage } from '../export/export-page.tsx';
import { IdentitiesPage } from '../identities/identities-page.tsx';
import { IdentityFormPage } from '../identities/identity-form-page.tsx';
import { ImportPage } from '../import/import-page.tsx';
import { ProfilePage } from '../profiles/profile-page.tsx';
import { QuestionPage } from '../questions/question-page.tsx';
import { QuestionsPage } from '../questions/questions-page.tsx';
import { InstallPage } from '../registry/install-page.tsx';
import { RegistryPage } from '../registry/registry-page.tsx';
import { UpdatePage } from '../registry/update-page.tsx';
import { UrlPage } from '../registry/url-page.tsx';
import { ReviewPage } from '../review/review-page.tsx';
import { ServerPage } from '../server/server-page.tsx';
import { AddServer } from '../servers/add-server.tsx';
import { EditServer } from '../servers/edit-server.tsx';
import { ServersPage } from '../servers/servers-page.tsx';
import { SettingsPage } from '../settings/settings-page.tsx';
import { HistoryPage } from '../sync/history-page.tsx';
import { SyncPage } from '../sync/sync-page.tsx';
import { TasksPage } from '../tasks/tasks-page.tsx';

export function Routes() {
  return (
    <Switch>
      <Route path="/" />
      <Route path="/connections" component={ConnectionsPage} />
      <Route path="/connections/:server/:client">
        {({ server, client }) => <PairPage server={decode(server)} client={decode(client)} />}
      </Route>
      <Route path="/sessions/:id">{({ id }) => <SessionPage key={id} id={decode(id)} />}</Route>
      <Route path="/questions" component={QuestionsPage} />
      <Route path="/questions/:id">{({ id }) => <QuestionPage key={id} id={decode(id)} />}</Route>
      <Route path="/servers" component={ServersPage} />
      <Route path="/add" component={AddServer} />
      <Route path="/review/:id?">
        {({ id }) => <ReviewPage key={id} id={id === undefined ? undefined : decode(id)} />}
      </Route>
      <Route path="/registry" component={RegistryPage} />
      <Route path="/registry/server/:registry/:name">
        {({ registry, name }) => (
          <InstallPage origin={{ kind: 'registry', registry: decode(registry), server: decode(name) }} />
        )}
      </Route>
      <Route path="/registry/url/:url">{({ url }) => <UrlPage key={url} url={decode(url)} />}</Route>
      <Route path="/registry/update/:name">{({ name }) => <UpdatePage key={name} name={decode(name)} />}</Route>
      <Route path="/import" component={ImportPage} />
      <Route path="/tasks/:id?">{({ id }) => <TasksPage id={id === undefined ? undefined : decode(id)} />}</Route>
      <Route path="/activity/:id?">{({ id }) => <ActivityPage id={id === undefined ? undefined : decode(id)} />}</Route>
      <Route path="/identities" component={IdentitiesPage} />
      <Route path="/sign-in" component={IdentitiesPage} />
      <Route path="/identities/add">
        <IdentityFormPage />
      </Route>
      <Route path="/identities/:name/edit">{({ name }) => <IdentityFormPage key={name} name={decode(name)} />}</Route>
      <Route path="/settings/profiles/:name">{({ name }) => <ProfilePage key={name} name={decode(name)} />}</Route>
      <Route path="/settings/:tab?">{({ tab }) => <SettingsPage tab={tab ?? 'general'} />}</Route>
      <Route path="/export/:name?">
        {({ name }) => <ExportPage server={name === undefined ? undefined : decode(name)} />}
      </Route>
      <Route path="/sync" component={SyncPage} />
      <Route path="/sync/history" component={HistoryPage} />
      <Route path="/servers/:name/edit">{({ name }) => <EditServer name={decode(name)} />}</Route>
      <Route path="/servers/:name/:tab?">
        {({ name, tab }) => <ServerPage key={name} name={decode(name)} tab={tab ?? 'overview'} />}
      </Route>
      <Route>
        <PageHead title="Nothing here" />
        <div className="body">
          <Reason
            fault={{ code: 'NOT_FOUND', cause: 'This address names no page.', hint: 'Go back to the connections.' }}
            action={{ label: 'Show connections', to: '/connections' }}
          />
        </div>
      </Route>
    </Switch>
  );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
