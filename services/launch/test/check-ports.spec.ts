import type { StackSettings } from '../src/prepare-stack.js';
import { checkPorts } from '../src/run/check-ports.js';
import { reservePorts } from '../src/stack/port-block.js';

/** A stack that wants these ports. */
function wanting({ http, https, inside }: { http: number; https: number; inside: number[] }): StackSettings {
  const door = { listenHttp: [`127.0.0.1:${http}`], listenHttps: [`0.0.0.0:${https}`] };
  return { ports: inside, door } as unknown as StackSettings;
}

describe('the ports of a start', () => {
  let ports: Awaited<ReturnType<typeof reservePorts>>;
  beforeAll(async () => {
    ports = await reservePorts();
  });
  afterAll(() => ports.release());

  it('are taken as they are when each is wanted once and free', async () => {
    const [http, https, ...inside] = ports.ports;
    await expect(
      checkPorts(wanting({ http: http!, https: https!, inside: inside.slice(0, 3) })),
    ).resolves.toBeUndefined();
  });

  it('are refused when http and https want the same one, in a sentence that names both settings', async () => {
    const [http, , inside] = ports.ports;
    await expect(checkPorts(wanting({ http: http!, https: http!, inside: [inside!] }))).rejects.toThrow(
      `Port ${http} is wanted by both SECURECONNECT_HTTP_PORT and SECURECONNECT_HTTPS_PORT: set one of them to another port.`,
    );
  });

  it('are refused when the door is in the row of the processes', async () => {
    const [http, https, inside] = ports.ports;
    await expect(checkPorts(wanting({ http: http!, https: https!, inside: [inside!, https!] }))).rejects.toThrow(
      `Port ${https} is wanted by both SECURECONNECT_HTTPS_PORT and SECURECONNECT_BASE_PORT`,
    );
  });
});
