import { lanAddresses } from '../origins.js';
import type { PreparedStack } from '../prepare-stack.js';
import { replicasOf } from '../process-table.js';
import { readBootstrapToken, readServiceToken } from '../secrets.js';
import type { Settings } from '../settings.js';

/** The lines that tell the operator that everything runs, and where. */
export async function announcement(settings: Settings, stack: PreparedStack): Promise<string> {
  const count = (service: 'messaging-gateway' | 'signaling'): number => replicasOf(stack.table, service).length;
  const own = settings.certificate === undefined ? '   (its certificate is self-signed: browsers ask once)' : '';
  const network = lanAddresses().map((address) => new URL(`https://${address}:${settings.httpsPort}`).origin);
  const https = [...network, ...settings.publicOrigins];
  return [
    '',
    `SecureConnect is running: five services, among them ${count('messaging-gateway')} messaging gateways and ${count('signaling')} signaling replicas.`,
    '',
    `  On this machine   ${new URL(`http://localhost:${settings.httpPort}`).origin}`,
    ...https.map(
      (origin, index) => `  ${(index === 0 ? 'From elsewhere' : '').padEnd(16)}  ${origin}${index === 0 ? own : ''}`,
    ),
    '',
    ...(await bootstrapLines(stack)),
    `  Data and logs     ${settings.dataDir}`,
    ...(stack.doorRunsAsRoot
      ? [
          '  Note              nginx runs as root, since no other account can read this folder; better start as a normal user',
        ]
      : []),
    '  Stop              Ctrl-C',
    '',
  ].join('\n');
}

/** As long as nobody is the operator: the token that makes one. */
async function bootstrapLines(stack: PreparedStack): Promise<string[]> {
  const [admin] = replicasOf(stack.table, 'admin');
  const answer = await fetch(`http://127.0.0.1:${admin!.internalPort}/internal/bootstrap-state`, {
    headers: { authorization: `Service launch:${readServiceToken(stack.secretsDir, 'launch')}` },
  });
  if (!answer.ok) throw new Error(`admin answered ${answer.status} when asked whether it has an operator`);
  const { claimed } = (await answer.json()) as { claimed: boolean };
  return claimed
    ? []
    : [`  First operator    sign up, open Admin and enter this token, once: ${readBootstrapToken(stack.secretsDir)}`];
}
