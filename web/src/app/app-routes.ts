import type { Routes } from '@angular/router';

import { forMembers, forVisitors } from './shell/session-guards';

export const routes: Routes = [
  {
    path: 'sign-up',
    canActivate: [forVisitors],
    loadComponent: () => import('./account/sign-up-page').then((file) => file.SignUpPage),
  },
  {
    path: 'log-in',
    canActivate: [forVisitors],
    loadComponent: () => import('./account/log-in-page').then((file) => file.LogInPage),
  },
  {
    path: 'recover',
    canActivate: [forVisitors],
    loadComponent: () => import('./account/recover-page').then((file) => file.RecoverPage),
  },
  {
    path: 'start-fresh',
    canActivate: [forVisitors],
    loadComponent: () => import('./account/start-fresh-page').then((file) => file.StartFreshPage),
  },
  {
    path: 'chats',
    canActivate: [forMembers],
    loadComponent: () => import('./conversations/chats-page').then((file) => file.ChatsPage),
    children: [
      {
        path: ':conversationId',
        loadComponent: () => import('./conversations/thread-page').then((file) => file.ThreadPage),
      },
    ],
  },
  {
    path: 'credits',
    canActivate: [forMembers],
    loadComponent: () => import('./wallet/credits-page').then((file) => file.CreditsPage),
  },
  {
    path: 'account',
    canActivate: [forMembers],
    loadComponent: () => import('./account/account-page').then((file) => file.AccountPage),
  },
  {
    path: 'account/server',
    canActivate: [forMembers],
    loadComponent: () => import('./account/server-sight-page').then((file) => file.ServerSightPage),
  },
  {
    path: 'admin',
    canActivate: [forMembers],
    loadComponent: () => import('./admin/admin-page').then((file) => file.AdminPage),
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'overview' },
      { path: 'overview', loadComponent: () => import('./admin/overview-page').then((file) => file.OverviewPage) },
      {
        path: 'people',
        loadComponent: () => import('./admin/accounts-table').then((file) => file.AccountsTable),
      },
      { path: 'admins', loadComponent: () => import('./admin/operators-page').then((file) => file.OperatorsPage) },
      { path: 'audit', loadComponent: () => import('./admin/audit-page').then((file) => file.AuditPage) },
      { path: 'topups', loadComponent: () => import('./admin/topups-page').then((file) => file.TopupsPage) },
    ],
  },
  { path: '', pathMatch: 'full', redirectTo: 'chats' },
  { path: '**', redirectTo: 'chats' },
];
