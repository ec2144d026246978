// A provider of OpenID Connect on the loopback: sign-ins and consents that anybody may give.
// argv: the port, the client's secret, where it is sent back to, the people as JSON (subject → claims).

import Provider from "oidc-provider";

const [port, secret, redirectUri, people] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const known = JSON.parse(people);

const provider = new Provider(issuer, {
  clients: [
    { client_id: "bosai", client_secret: secret, redirect_uris: redirectUri.split(" ") },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["preferred_username"] },
  pkce: { required: () => true },
  cookies: { keys: ["sample"] },
  findAccount: (_context, subject) => ({
    accountId: subject,
    claims: () => ({ sub: subject, ...known[subject] }),
  }),
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
