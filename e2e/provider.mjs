// A certified OpenID provider (npm oidc-provider) as a process of its own, for tests. Whoever comes is signed in as the person
// that POST /control last named, and its tokens can be spoiled in one way at a time. Prints its address as its first line.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import * as jose from 'jose';

const [client, secret, back] = process.argv.slice(2);
const own = await jose.generateKeyPair('RS256', { extractable: true });
const another = await jose.generateKeyPair('RS256', { extractable: true });
const key = { ...(await jose.exportJWK(own.privateKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
const state = { subject: '1', name: 'nobody', groups: [], spoil: '', acr: '' };
const people = new Map();

const signed = (claims, by = own.privateKey) =>
  new jose.SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(by);
const now = () => Math.floor(Date.now() / 1000);
const spoiled = {
  signature: (token) => {
    const [head, claims, seal] = token.split('.');
    const at = Math.floor(seal.length / 2);
    return [head, claims, seal.slice(0, at) + (seal[at] === 'A' ? 'B' : 'A') + seal.slice(at + 1)].join('.');
  },
  claims: (token, claims) => {
    const [head, , seal] = token.split('.');
    const more = Buffer.from(JSON.stringify({ ...claims, groups: ['reval-approvers', 'more'] })).toString('base64url');
    return [head, more, seal].join('.');
  },
  key: (_, claims) => signed(claims, another.privateKey),
  unsigned: (_, claims) => new jose.UnsecuredJWT(claims).encode(),
  shared: (_, claims) =>
    new jose.SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret)),
  nonce: (_, claims) => signed({ ...claims, nonce: 'of-another-sign-in' }),
  no_nonce: (_, { nonce, ...claims }) => signed(claims),
  audience: (_, claims) => signed({ ...claims, aud: 'another-client' }),
  audiences: (_, claims) => signed({ ...claims, aud: [client, 'another-client'] }),
  issuer: (_, claims) => signed({ ...claims, iss: 'https://elsewhere.example' }),
  expired: (_, claims) => signed({ ...claims, iat: now() - 7200, exp: now() - 3600 }),
  future: (_, claims) => signed({ ...claims, iat: now() + 3600, exp: now() + 7200 }),
};

const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id: client, client_secret: secret, redirect_uris: [back], response_types: ['code'] }],
  jwks: { keys: [key] },
  cookies: { keys: ['made-up'] },
  claims: { openid: ['sub', 'acr'], profile: ['preferred_username', 'groups'] },
  acrValues: ['urn:made-up:password', 'urn:made-up:two-factors'],
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, subject) => ({ accountId: subject, claims: () => ({ sub: subject, ...people.get(subject) }) }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ accountId: ctx.oidc.session.accountId, clientId: client });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});
provider.use(async (ctx, next) => {
  await next();
  const spoil = spoiled[state.spoil];
  if (ctx.oidc?.route === 'token' && ctx.body?.id_token && spoil) {
    ctx.body.id_token = await spoil(ctx.body.id_token, jose.decodeJwt(ctx.body.id_token));
  }
});
const answer = provider.callback();
server.on('request', async (request, response) => {
  if (request.url === '/control') {
    let text = '';
    for await (const part of request) text += part;
    Object.assign(state, JSON.parse(text));
    people.set(state.subject, { preferred_username: state.name, groups: state.groups });
    response.end('done');
  } else if (request.url.startsWith('/interaction/')) {
    await provider.interactionFinished(request, response, {
      login: { accountId: state.subject, ...(state.acr && { acr: state.acr }) },
    });
  } else {
    answer(request, response);
  }
});
console.log(issuer);
