// The pages of an authorization server that people see: a form for user and password, and one for what a program may do.
import { text } from 'node:stream/consumers';
import type { Context, Interaction, Provider } from 'oidc-provider';

export interface SeenPages {
  /** Who signed in with a password, oldest first. */
  readonly logins: string[];
  /** Client and scope that somebody agreed to, oldest first. */
  readonly consents: string[];
}

/** Puts the pages where the provider sends browsers. `people`: user → password. */
export function showPages(provider: Provider, people: Readonly<Record<string, string>>, seen: SeenPages): void {
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    const interaction = await provider.interactionDetails(ctx.req, ctx.res);
    const isLogin = interaction.prompt.name === 'login';
    if (ctx.method !== 'POST') {
      show(ctx, isLogin ? loginPage('') : consentPage(interaction));
      return;
    }
    const form = new URLSearchParams(await text(ctx.req));
    if (isLogin && people[form.get('user') ?? ''] !== form.get('password')) {
      show(ctx, loginPage('Wrong user or password.'));
      return;
    }
    const result = isLogin ? loggedIn(form, seen) : await agreed(provider, interaction, seen);
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result));
    ctx.status = 303;
  });
}

function loggedIn(form: URLSearchParams, seen: SeenPages): object {
  const accountId = form.get('user') ?? '';
  seen.logins.push(accountId);
  return { login: { accountId } };
}

async function agreed(provider: Provider, { params, session }: Interaction, seen: SeenPages): Promise<object> {
  const { client_id: clientId = '', scope = '' } = params;
  const grant = new provider.Grant({ accountId: session?.accountId ?? '', clientId });
  grant.addOIDCScope(scope);
  seen.consents.push(`${clientId} ${scope}`);
  return { consent: { grantId: await grant.save() } };
}

function show(ctx: Context, content: string): void {
  ctx.type = 'html';
  ctx.body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Acme</title><main>${content}</main></html>`;
}

function loginPage(fault: string): string {
  return `<h1>Sign in to Acme</h1><p role="alert">${fault}</p><form method="post">
<label>User <input name="user" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Sign in</button></form>`;
}

function consentPage({ params }: Interaction): string {
  return `<h1>May this program use your account?</h1><p>${params['client_id'] ?? ''}: ${params['scope'] ?? ''}</p>
<form method="post"><button>Allow</button></form>`;
}
