import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  type ElementRef,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';

import { Icon } from '../design/icon';
import type { CallView } from '../keyring/call-views';
import { Calls } from '../keyring/calls';
import { CallPreferences } from '../platform/call-preferences';
import { listOf } from '../platform/words/plural';
import { WORDS } from '../platform/words/words';
import { CallMedia } from './call-media';
import { CallState } from './call-state';
import { CodeCard } from './code-card';
import { DeviceChoice } from './device-choice';
import { LevelBar } from './level-bar';
import { PersonRow } from './person-row';
import { QualityPanel } from './quality-panel';

/** The whole of a call. Escape makes it small; the call goes on. */
@Component({
  selector: 'sc-call-screen',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [CallState, CodeCard, DeviceChoice, Icon, LevelBar, PersonRow, QualityPanel],
  templateUrl: './call-screen.html',
  styleUrl: './call-screen.scss',
})
export class CallScreen {
  readonly call = input.required<CallView>();
  readonly shrink = output();

  protected readonly words = inject(WORDS);
  protected readonly listOf = listOf;
  protected readonly calls = inject(Calls);
  protected readonly media = inject(CallMedia);
  protected readonly preferences = inject(CallPreferences);
  private readonly frame = viewChild.required<ElementRef<HTMLDialogElement>>('frame');

  protected readonly isLive = computed(() => {
    const { phase } = this.call();
    return phase === 'connected' || phase === 'reconnecting';
  });
  protected readonly canMute = computed(() => this.call().phase !== 'ended');
  protected readonly isAlone = computed(() => this.isLive() && this.call().group && this.call().people.length === 0);
  protected readonly measured = computed(() =>
    this.call().people.flatMap(({ linkId, username }) => {
      const quality = this.media.quality().get(linkId ?? '');
      return quality === undefined ? [] : [{ linkId, username, quality }];
    }),
  );
  /** The worst path counts: one direct link gives the address away. */
  protected readonly pathWords = computed(() => {
    const paths = this.measured().map(({ quality }) => quality.now.path);
    if (paths.length === 0 || paths.includes(null)) return '';
    return paths.includes('direct') ? this.words.calls.directWhy : this.words.calls.relayedWhy;
  });

  constructor() {
    afterNextRender(() => {
      const dialog = this.frame().nativeElement;
      if (!dialog.open) dialog.showModal();
    });
  }

  protected toggleMute(): void {
    void this.calls.mute(this.call(), !this.call().muted);
  }

  protected hangUp(): void {
    void this.calls.hangUp(this.call());
  }
}
