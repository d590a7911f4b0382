import { Problem, SocketRefusal } from '@secureconnect/contracts/problem';

/** What came back for something wrong; `fault` says what is wrong with the answer itself, null if it is as it should be. */
export interface Verdict {
  readonly what: string;
  readonly answer: string;
  readonly fault: string | null;
}

/** A refusal over HTTP: 4xx, problem details, a stable code that is no bug's. */
export async function judgeHttp(what: string, response: Response): Promise<Verdict> {
  const text = await response.text();
  const answer = `${response.status} ${text.slice(0, 200)}`;
  const fault = (why: string): Verdict => ({ what, answer, fault: why });
  if (response.status < 400) return fault('was taken');
  if (response.status >= 500) return fault('broke something');
  if (!(response.headers.get('content-type') ?? '').startsWith('application/problem+json'))
    return fault('no problem details');
  const problem = Problem.safeParse(parse(text));
  if (!problem.success) return fault('no typed problem');
  if (problem.data.status !== response.status) return fault('another status inside');
  return { what, answer: problem.data.code, fault: problem.data.code === 'internal' ? 'broke something' : null };
}

/** A refusal over a socket: an acknowledgement with a stable code that is no bug's. */
export function judgeSocket(what: string, answer: unknown): Verdict {
  const refusal = SocketRefusal.safeParse(answer);
  if (!refusal.success) return { what, answer: JSON.stringify(answer).slice(0, 200), fault: 'no typed refusal' };
  return { what, answer: refusal.data.code, fault: refusal.data.code === 'internal' ? 'broke something' : null };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
