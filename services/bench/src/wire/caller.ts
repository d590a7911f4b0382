import type { Seat } from '../load/plan.js';
import { commandFrames, LeanSocket } from './lean-socket.js';

const ANSWER_WITHIN_MS = 60_000;

/** What a command was answered. */
export type Outcome = Readonly<Record<string, unknown>> & { readonly ok: boolean };
/** Told of every event: its name, its body, and its first binary part, which is only good during the call. */
export type OnEvent = (event: string, body: Readonly<Record<string, unknown>>, part: Buffer | null) => void;

/** A socket that asks and waits for the answer. */
export class Caller {
  readonly #socket: LeanSocket;
  readonly #waiting = new Map<number, (outcome: Outcome) => void>();
  #asked = 0;

  private constructor(socket: LeanSocket, onEvent: OnEvent) {
    this.#socket = socket;
    socket.listen({
      event: (json, part) => {
        const [event, body] = JSON.parse(json) as [string, Readonly<Record<string, unknown>>];
        onEvent(event, body, part);
      },
      acknowledged: (id, json) => {
        const answer = this.#waiting.get(id);
        this.#waiting.delete(id);
        answer?.((JSON.parse(json) as [Outcome])[0]);
      },
    });
  }

  static async connect(seat: Seat, path: string, onEvent: OnEvent = () => undefined): Promise<Caller> {
    return new Caller(await LeanSocket.connect(seat, path), onEvent);
  }

  /** @throws Error when no answer comes */
  ask(event: string, body: object): Promise<Outcome> {
    const id = this.#asked++;
    return new Promise((resolve, reject) => {
      const overdue = setTimeout(() => reject(new Error(`${event} was not answered`)), ANSWER_WITHIN_MS);
      overdue.unref();
      this.#waiting.set(id, (outcome) => {
        clearTimeout(overdue);
        resolve(outcome);
      });
      this.#socket.write(commandFrames(id, event, body));
    });
  }

  /** @throws Error when it is refused */
  async mustDo(event: string, body: object): Promise<Outcome> {
    const outcome = await this.ask(event, body);
    if (!outcome.ok) throw new Error(`${event} was refused: ${String(outcome.code)}`);
    return outcome;
  }

  close(): void {
    this.#socket.close();
  }
}
