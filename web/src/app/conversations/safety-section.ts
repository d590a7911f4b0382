import { ChangeDetectionStrategy, Component, computed, inject, input, resource, signal } from '@angular/core';

import { refusalWords } from '../keyring/refusal-words';
import { Safety } from '../keyring/safety';
import type { Outcome, Peer, SafetyMatch } from '../keyring/views';
import { dateAndTime, timeFromNow } from '../platform/dates';
import { WORDS } from '../platform/words/words';
import { CameraScan } from './camera-scan';
import { QrCode } from './qr-code';
import { scanPicture } from './scan-picture';

const GROUP = 5;

/** The number that two people compare, its code, and what came of comparing. */
@Component({
  selector: 'sc-safety-section',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CameraScan, QrCode],
  templateUrl: './safety-section.html',
  styleUrl: './safety-section.scss',
})
export class SafetySection {
  readonly peer = input.required<Peer>();
  protected readonly words = inject(WORDS);
  readonly #safety = inject(Safety);

  /** Whatever else is told of the person (that they type, say) is no reason to work the number out again. */
  readonly #asked = computed(() => ({ userId: this.peer().userId, trust: this.peer().trust }), {
    equal: (one, other) => one.userId === other.userId && one.trust === other.trust,
  });
  protected readonly code = resource({
    params: () => this.#asked(),
    loader: ({ params }) => this.#safety.code(params.userId),
  });
  protected readonly history = resource({
    params: () => this.#asked(),
    loader: ({ params }) => this.#safety.history(params.userId),
    defaultValue: [],
  });
  protected readonly groups = computed(() => {
    const outcome = this.code.value();
    return outcome?.ok ? (outcome.value.digits.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []) : [];
  });
  protected readonly spoken = computed(() =>
    this.words.safety.spoken(
      this.groups()
        .map((group) => group.replaceAll(/(?<=.)(?=.)/g, ' '))
        .join(', '),
    ),
  );
  protected readonly qr = computed(() => {
    const outcome = this.code.value();
    return outcome?.ok ? outcome.value.qr : null;
  });
  protected readonly refusal = computed(() => {
    const outcome = this.code.value();
    return outcome === undefined || outcome.ok ? '' : refusalWords(outcome, timeFromNow);
  });

  protected readonly isBusy = signal(false);
  protected readonly isLooking = signal(false);
  protected readonly result = signal<SafetyMatch | 'none' | null>(null);
  protected readonly error = signal('');
  protected readonly resultWords = computed(() => {
    const result = this.result();
    if (result === null) return '';
    return result === 'none' ? this.words.safety.noCode : this.words.safety.matches[result];
  });
  protected readonly moment = dateAndTime;

  protected mark(): void {
    void this.#act(() => this.#safety.markVerified(this.peer().userId));
  }

  protected unmark(): void {
    void this.#act(() => this.#safety.unmarkVerified(this.peer().userId));
  }

  protected look(isLooking: boolean): void {
    this.result.set(null);
    this.isLooking.set(isLooking);
  }

  protected scan(field: HTMLInputElement): void {
    const file = field.files?.[0];
    field.value = '';
    if (file === undefined) return;
    this.isLooking.set(false);
    void this.#act(async () => this.#compare(await scanPicture(file)));
  }

  protected compare(scanned: Uint8Array): void {
    this.isLooking.set(false);
    void this.#act(() => this.#compare(scanned));
  }

  async #compare(scanned: Uint8Array | null): Promise<Outcome<SafetyMatch> | null> {
    if (scanned === null) {
      this.result.set('none');
      return null;
    }
    const outcome = await this.#safety.compare(this.peer().userId, scanned);
    if (outcome.ok) this.result.set(outcome.value);
    return outcome;
  }

  async #act(act: () => Promise<Outcome<unknown> | null>): Promise<void> {
    if (this.isBusy()) return;
    this.isBusy.set(true);
    this.error.set('');
    this.result.set(null);
    const outcome = await act().finally(() => this.isBusy.set(false));
    if (outcome !== null && !outcome.ok) this.error.set(refusalWords(outcome, timeFromNow));
    this.history.reload();
  }
}
