import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AssayError } from '@assay/sdk';
import { errors, type Provider } from 'oidc-provider';
import { isScope, type Scope } from '../../../domain/access/index.ts';
import type { Client } from '../../../domain/audit/index.ts';
import type { Deps } from '../../../domain/deps.ts';
import { recordConsent, type Session, workspacesOf } from '../../../domain/identity/index.ts';
import { accountName } from './account.ts';
import { consentPage } from './consent-page.ts';
import { resourceUri } from './resources.ts';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

/** What one request to an interaction is about. */
export interface Asked {
  readonly deps: Deps;
  readonly provider: Provider;
  readonly origin: string;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly uid: string;
  readonly requestId: string;
  readonly from: Client;
  /** Who is signed in with this browser; undefined for nobody, or not yet entirely. */
  readonly session: Session | undefined;
}

/** A page, or where the browser goes next. */
export type Step = { readonly page: string; readonly leadsTo: string } | { readonly location: string };

/** Kept with the interaction on our side: that somebody saw who asks for what, and said yes. */
interface Intent {
  readonly intended?: boolean;
}

/**
 * The interaction that this browser began. Its cookie names it too, so nobody carries on what another browser began.
 * @throws AssayError `identity.interaction_over`
 */
async function findInteraction({ provider, req, res, uid }: Asked): Promise<Interaction> {
  const over = (cause?: unknown) =>
    new AssayError(
      'identity.interaction_over',
      'This sign-in request is over or belongs to another browser; start again from the application.',
      { cause },
    );
  try {
    const interaction = await provider.interactionDetails(req, res);
    if (interaction.uid !== uid) throw over();
    return interaction;
  } catch (error) {
    if (error instanceof errors.SessionNotFound) throw over(error);
    throw error;
  }
}

function formToken({ deps, uid, session }: Asked): string {
  return deps.keys.mac('oauth-form', `${uid}/${session?.id ?? ''}`).toString('base64url');
}

function requireFormToken(asked: Asked, given: string | undefined): void {
  const [want, got] = [Buffer.from(formToken(asked)), Buffer.from(given ?? '')];
  if (want.length === got.length && timingSafeEqual(want, got)) return;
  throw new AssayError('request.origin_refused', 'The form is out of date; go back and reload the page.');
}

function isIntended({ result }: Interaction): boolean {
  return (result as Intent | undefined)?.intended === true;
}

/** What is asked for, cut to what there is. */
function scopesOf({ params }: Interaction): Scope[] {
  return String(params.scope ?? '')
    .split(' ')
    .filter(isScope);
}

function resourceOf({ params }: Interaction, origin: string): string {
  const { resource } = params;
  const first = Array.isArray(resource) ? resource[0] : resource;
  return typeof first === 'string' ? first : resourceUri(origin, 'rest');
}

/** What a browser takes the target of our form for, once we redirect to the application. */
function formTarget(redirect: string): string {
  const url = URL.parse(redirect);
  if (!url) return '';
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.origin : url.protocol;
}

/** Back here once somebody is signed in with this browser. */
function signInFirst(uid: string): Step {
  return { location: `/sign-in?next=${encodeURIComponent(`/oauth/interaction/${uid}`)}` };
}

/**
 * Who asks, for what, and in which workspace; always asked, whoever is signed in already, and before anybody is sent to an
 * identity provider (confused deputy).
 */
export async function showInteraction(asked: Asked): Promise<Step> {
  const interaction = await findInteraction(asked);
  const { session } = asked;
  if (isIntended(interaction) && !session) return signInFirst(asked.uid);
  const client = await asked.provider.Client.find(String(interaction.params.client_id));
  if (!client) throw new AssayError('client.not_found', 'The application is not known any more.');
  const redirect = String(interaction.params.redirect_uri ?? '');
  return {
    leadsTo: formTarget(redirect),
    page: consentPage({
      uid: asked.uid,
      csrf: formToken(asked),
      client: {
        id: client.clientId,
        name: client.clientName ?? client.clientId,
        redirect,
      },
      resource: resourceOf(interaction, asked.origin),
      scopes: scopesOf(interaction),
      session: session && {
        workspace: session.workspace,
        workspaces: await workspacesOf(asked.deps, session.principal),
      },
    }),
  };
}

/** Somebody said yes: on to the sign-in, or, where they are signed in and chose a workspace, back to the application. */
export async function allowInteraction(
  asked: Asked,
  form: { readonly csrf?: string | undefined; readonly workspace?: string | undefined },
): Promise<Step> {
  const interaction = await findInteraction(asked);
  requireFormToken(asked, form.csrf);
  const { provider, req, res, session } = asked;
  if (!session || !form.workspace) {
    await provider.interactionResult(req, res, { intended: true } as never);
    return session ? { location: `/oauth/interaction/${asked.uid}` } : signInFirst(asked.uid);
  }
  const scopes = scopesOf(interaction);
  const resource = resourceOf(interaction, asked.origin);
  const clientId = String(interaction.params.client_id);
  await recordConsent(asked.deps, {
    ...{ session, workspace: form.workspace, client: clientId, scopes, resource },
    ...{ requestId: asked.requestId, from: asked.from },
  });
  const accountId = accountName({ principal: session.principal, workspace: form.workspace });
  const grant = new provider.Grant({ accountId, clientId });
  const openid = String(interaction.params.scope ?? '')
    .split(' ')
    .includes('openid');
  if (openid) grant.addOIDCScope('openid');
  grant.addResourceScope(resource, scopes.join(' '));
  const grantId = await grant.save();
  const location = await provider.interactionResult(
    req,
    res,
    {
      login: {
        accountId,
        remember: false,
        amr: [...session.factors],
        ts: Math.floor(session.signedInAt.getTime() / 1000),
      },
      consent: { grantId },
    },
    { mergeWithLastSubmission: false },
  );
  return { location };
}

/** Somebody said no; the application is told so. */
export async function refuseInteraction(
  asked: Asked,
  form: { readonly csrf?: string | undefined },
): Promise<Step> {
  await findInteraction(asked);
  requireFormToken(asked, form.csrf);
  const refusal = { error: 'access_denied', error_description: 'The person refused.' };
  const location = await asked.provider.interactionResult(asked.req, asked.res, refusal, {
    mergeWithLastSubmission: false,
  });
  return { location };
}
