import { PayloadTooLargeException, UnauthorizedException, type ArgumentMetadata } from '@nestjs/common';
import { Problem, PROBLEM_CODES, SocketRefusal } from '@secureconnect/contracts/problem';
import * as z from 'zod';
import { PeerRefusal, PeerUnavailable } from '../src/internal-http/peer-errors.js';
import { describeError, EventLog } from '../src/logging/event-log.js';
import { toViolation } from '../src/problem/problem-filter.js';
import { parseRequest, SchemaPipe } from '../src/problem/schema-pipe.js';
import { Violation } from '../src/problem/violation.js';

function logLines(use: (log: EventLog) => void): string[] {
  const lines: string[] = [];
  use(
    new EventLog({
      service: 'test',
      replicaId: 'test-1',
      level: 'debug',
      destination: { write: (line: string) => void lines.push(line) },
    }),
  );
  return lines;
}

describe('a violation', () => {
  it.each(PROBLEM_CODES)('%s is a problem and a refusal of the contracts', (code) => {
    const violation = new Violation(code, { retryAfterSeconds: 3, fields: ['text'] });
    expect(Problem.parse(violation.toProblem())).toMatchObject({ code, status: violation.status });
    expect(SocketRefusal.parse(violation.toRefusal())).toMatchObject({ ok: false, code });
  });

  it('comes of every error: its own, Nest’s, a peer’s, and `internal` of a bug, which is logged without input', () => {
    const lines = logLines((log) => {
      const code = (error: unknown) => toViolation(error, log).code;
      expect(code(new Violation('forbidden'))).toBe('forbidden');
      expect(code(new UnauthorizedException())).toBe('unauthenticated');
      expect(code(new PayloadTooLargeException())).toBe('too-large');
      expect(code(new PeerUnavailable('credits', '/x', 'deadline'))).toBe('unavailable');
      expect(code(new PeerRefusal('credits', '/x', 403, 'forbidden'))).toBe('internal');
      expect(code('a thrown text with a secret')).toBe('internal');
      try {
        JSON.parse('marker-in-the-input');
      } catch (error) {
        expect(code(error)).toBe('internal');
      }
    });
    expect(lines).toHaveLength(3);
    expect(lines.join()).not.toMatch(/marker|secret/);
  });
});

describe('the schema pipe', () => {
  const schema = z.strictObject({ name: z.string().max(5), list: z.array(z.strictObject({ id: z.int() })).optional() });
  const metadata = { type: 'body', schema } as unknown as ArgumentMetadata;

  it('gives the parsed value, and leaves parameters without a schema alone', () => {
    expect(new SchemaPipe().transform({ name: 'alice' }, metadata)).toEqual({ name: 'alice' });
    expect(new SchemaPipe().transform('anything', { type: 'param' })).toBe('anything');
  });

  it.each([
    [{ name: 7 }, ['name']],
    [{ name: 'x', list: [{ id: 1 }, { id: 'marker' }] }, ['list.1.id']],
    [{ name: 'x', marker: 1 }, undefined],
    ['marker', undefined],
  ])('refuses %j by the names of known fields, without a value', (value, fields) => {
    let thrown: unknown;
    try {
      parseRequest(schema, value);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'invalid-request', extras: fields === undefined ? {} : { fields } });
    expect(JSON.stringify(thrown)).not.toContain('marker');
  });
});

describe('the event log', () => {
  it('writes a constant event name, the replica and the fields', () => {
    const [line = ''] = logLines((log) => log.info('note.added', { userId: 'a1', count: 3 }));
    expect(JSON.parse(line)).toMatchObject({
      event: 'note.added',
      service: 'test',
      replicaId: 'test-1',
      userId: 'a1',
      count: 3,
    });
    expect(line).not.toContain('hostname');
  });

  it('describes an error by name, code and places, without text that may quote input', () => {
    expect(describeError(new SyntaxError('unexpected token in "marker"'))).not.toHaveProperty('errorMessage');
    expect(describeError(Object.assign(new Error('the disk is full'), { code: 'ENOSPC' }))).toMatchObject({
      error: 'Error',
      errorCode: 'ENOSPC',
      errorMessage: 'the disk is full',
    });
    expect(describeError('marker')).toEqual({ error: 'string' });
    expect(describeError(new SyntaxError('quotes "marker" here')).stack).not.toContain('marker');
  });
});
