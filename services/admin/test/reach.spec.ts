import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SERVICES = join(__dirname, '../..');

interface Route {
  readonly service: string;
  /** `METHOD /path`. */
  readonly route: string;
  /** Which services it is for; none for what people ask on the public port. */
  readonly callers: readonly string[];
}

interface Mark {
  readonly name: string;
  /** The texts in its brackets. */
  readonly texts: readonly string[];
}

const METHODS = ['Get', 'Post', 'Put', 'Patch', 'Delete', 'All', 'Options', 'Head'];
const MARK_CLASS_OR_MEMBER = /@(\w+)\(([^()]*)\)|^export class (\w+)|^ {2}(?:async )?(\w+)\(/gm;

const textsOf = (marks: readonly Mark[], ...names: string[]): readonly string[] =>
  marks.filter(({ name }) => names.includes(name)).flatMap(({ texts }) => texts);

/** The routes of a source: the marks before a class are its, those before a method are the method's. */
function routesOf(service: string, source: string): Route[] {
  const routes: Route[] = [];
  let ofClass: readonly Mark[] = [];
  let pending: Mark[] = [];
  for (const [, name, brackets = '', isClass, isMember] of source.matchAll(MARK_CLASS_OR_MEMBER)) {
    if (name !== undefined) {
      pending.push({ name, texts: [...brackets.matchAll(/'([^']+)'/g)].map(([, text = '']) => text) });
      continue;
    }
    if (isClass !== undefined) ofClass = pending;
    else if (isMember !== undefined) {
      for (const method of pending.filter((mark) => METHODS.includes(mark.name))) {
        const path = [...textsOf(ofClass, 'Controller'), ...method.texts].join('/');
        const callers = [...textsOf(ofClass, 'Internal'), ...textsOf(pending, 'Internal')];
        routes.push({ service, route: `${method.name.toUpperCase()} /${path}`, callers });
      }
    }
    pending = [];
  }
  return routes;
}

const sources = readdirSync(SERVICES).flatMap((service) => {
  const folder = join(SERVICES, service, 'src');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.controller.ts'))
    .map((file) => ({ service, source: readFileSync(join(folder, file), 'utf8') }));
});
const routes = sources.flatMap(({ service, source }) => routesOf(service, source));

describe('the routes of all services', () => {
  it('are all read: as many as there are marks in the sources', () => {
    const found = new Set(routes.map(({ service }) => service));
    expect([...found].sort()).toEqual(['admin', 'auth', 'credits', 'messaging-gateway', 'platform', 'signaling']);
    const marks = sources.flatMap(({ source }) => [
      ...source.matchAll(/@(Get|Post|Put|Patch|Delete|All|Options|Head)\(/g),
    ]);
    expect(routes).toHaveLength(marks.length);
    expect(marks.length).toBeGreaterThan(60);
  });

  it('let an operator, through admin, do this and no more: none gives, takes or changes a key', () => {
    const reached = routes.filter(({ callers }) => callers.includes('admin'));
    expect(reached.map(({ service, route }) => `${service} ${route}`).sort()).toEqual([
      'auth POST /internal/registration',
      'auth POST /internal/registration/state',
      'auth POST /internal/users/ban',
      'auth POST /internal/users/delete',
      'auth POST /internal/users/lookup',
      'auth POST /internal/users/page',
      'auth POST /internal/users/reset-code',
      'auth POST /internal/users/role',
      'auth POST /internal/users/statistics',
      'auth POST /internal/users/unban',
      'credits POST /internal/adjustments',
      'credits POST /internal/balances',
      'credits POST /internal/statistics',
      'credits POST /internal/topups/decisions',
      'credits POST /internal/topups/lookup',
      'credits POST /internal/topups/page',
      'signaling POST /internal/relays/hours',
    ]);
  });

  it('take keys on the public port alone, from those whose they are', () => {
    const storing = /vault|bundle|device|password|recovery|register|reset$/;
    const internal = routes.filter(({ route, callers }) => callers.length > 0 && storing.test(route));
    // Bundles are read there, by the gateway, to check signatures with.
    expect(internal.map(({ route }) => route)).toEqual(['POST /internal/users/bundles']);
  });
});
