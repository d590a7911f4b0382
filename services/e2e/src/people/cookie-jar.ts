import type { Fetch } from '@secureconnect/client/http/http-door';

/** What a browser does by itself: keeps cookies, sends them, and says which page it is. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  get header(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Headers of a socket's handshake. */
  get socketHeaders(): Record<string, string> {
    return { cookie: this.header, origin: this.#origin };
  }

  readonly fetch: Fetch = async (url, init) => {
    const apart = init.credentials === 'omit';
    const cookies: Record<string, string> = apart ? {} : { cookie: this.header };
    const headers = { ...(init.headers as Record<string, string>), ...cookies, origin: this.#origin };
    const response = await fetch(url, { ...init, headers });
    if (apart) return response;
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  };

  #keep(line: string): void {
    const pair = line.split(';', 1)[0]!;
    const equals = pair.indexOf('=');
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
