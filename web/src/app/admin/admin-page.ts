import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';

import { Session } from '../keyring/session';
import { adminWords } from './admin-words';
import { ClaimForm } from './claim-form';

/** The operator's place: what an admin runs, and for others the way to become the first one. */
@Component({
  selector: 'sc-admin-page',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ClaimForm, RouterLink, RouterLinkActive, RouterOutlet],
  template: `
    @if (session.self()?.role === 'admin') {
      <nav [attr.aria-label]="words.label">
        <a routerLink="overview" routerLinkActive="here" ariaCurrentWhenActive="page">{{ words.overview }}</a>
        <a routerLink="people" routerLinkActive="here" ariaCurrentWhenActive="page">{{ words.people }}</a>
        <a routerLink="topups" routerLinkActive="here" ariaCurrentWhenActive="page">{{ words.topups }}</a>
        <a routerLink="admins" routerLinkActive="here" ariaCurrentWhenActive="page">{{ words.admins }}</a>
        <a routerLink="audit" routerLinkActive="here" ariaCurrentWhenActive="page">{{ words.audit }}</a>
      </nav>
      <div class="place"><router-outlet /></div>
    } @else {
      <sc-claim-form />
    }
  `,
  styles: `
    :host {
      display: grid;
      grid-template-rows: auto minmax(0, 1fr);
      block-size: 100%;
    }
    nav {
      display: flex;
      gap: var(--space-1);
      overflow-x: auto;
      padding: var(--space-2) var(--space-6) 0;
      border-block-end: 1px solid var(--line);
    }
    a {
      display: grid;
      align-items: center;
      min-block-size: 44px;
      padding-inline: var(--space-3);
      border-block-end: 2px solid transparent;
      color: var(--muted);
      font-weight: 550;
      text-decoration: none;
      white-space: nowrap;
    }
    .here {
      border-block-end-color: var(--accent);
      color: var(--text);
    }
    .place {
      min-block-size: 0;
      overflow: auto;
    }
    @media (max-width: 699.98px) {
      nav {
        padding-inline: var(--space-2);
      }
    }
  `,
})
export class AdminPage {
  protected readonly session = inject(Session);
  protected readonly words = adminWords.places;
}
