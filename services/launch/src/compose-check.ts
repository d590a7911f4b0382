import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ComposeProject, PROJECT_VARIABLE, type ProjectFacts } from './compose/project.js';
import { reservePorts } from './stack/port-block.js';
import type { Step } from './run.js';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const WELL_WITHIN_MS = 120_000;

/**
 * `docker compose up --build --scale messaging-gateway=3`, for real: builds, starts, has alice and bob use it (the specs in
 * `services/e2e/compose`), and removes everything.
 *
 * @param compose the command of docker compose
 * @returns exit code of the specs
 */
export async function checkCompose(compose: readonly string[], step: Step): Promise<number> {
  const block = await reservePorts();
  const [httpPort, httpsPort] = block.ports as [number, number];
  const facts: ProjectFacts = {
    compose,
    repository: REPOSITORY,
    name: `secureconnect-check-${process.pid}`,
    httpPort,
    httpsPort,
  };
  const project = new ComposeProject(facts);
  try {
    await step('Images', () => project.run('build'));
    await step('Containers', () => project.run('up', '-d', '--build', '--scale', 'messaging-gateway=3'));
    await step('Health', () => project.untilWell(WELL_WITHIN_MS));
    return await runSpecs(facts);
  } finally {
    await step('Removal', () => project.remove());
    block.release();
  }
}

function runSpecs(facts: ProjectFacts): Promise<number> {
  const child = spawn('npm', ['run', '--silent', 'test:compose-specs'], {
    cwd: REPOSITORY,
    env: { ...process.env, [PROJECT_VARIABLE]: JSON.stringify(facts) },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve(code ?? 1));
  });
}
