// A provider of OpenID Connect on this machine, for OidcIT: `node provider.js HOST CERTIFICATE KEY` says its address, and reads
// one command a line: `client REDIRECT_URI` starts it, `rotate` gives it another key. People log in as anybody; what is
// said of them is below.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createInterface } from "node:readline";
import { Provider } from "oidc-provider";

const CLAIMS = {
  alice: { roles: ["staff", "cameras-operate"], cameras: ["door", "yard"] },
  root: { roles: ["cameras-admin"] },
  stranger: { roles: ["kitchen"] },
};

const [host, certificate, key] = process.argv.slice(2);
const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) });
server.listen(0, host);
await new Promise((listens) => server.once("listening", listens));
const issuer = `https://${host}:${server.address().port}`;
console.log(issuer);

let redirect = "";
let keys = 0;

function start() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  keys++;
  const provider = new Provider(issuer, {
    clients: [{ client_id: "segwatch", client_secret: "a-secret-of-the-client", redirect_uris: [redirect],
      post_logout_redirect_uris: [redirect.replace("/oidc/callback", "")] }],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: `key-${keys}`, use: "sig", alg: "RS256" }] },
    claims: { openid: ["sub"], profile: ["preferred_username", "roles", "cameras"], email: ["email"] },
    pkce: { required: () => true },
    cookies: { keys: ["for tests alone"] },
    findAccount: (ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: sub, ...CLAIMS[sub] }),
    }),
  });
  server.removeAllListeners("request");
  server.on("request", provider.callback());
  console.log("ready");
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith("client ")) redirect = line.slice("client ".length);
  start();
}
process.exit();
