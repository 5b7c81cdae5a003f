import type { Routes } from '@angular/router';

export const routes: Routes = [
  {
    path: '',
    pathMatch: 'full',
    loadComponent: () => import('./pages/home/home-page').then((m) => m.HomePage),
  },
  {
    path: 's/:id',
    title: 'Session',
    loadComponent: () => import('./pages/work/work-page').then((m) => m.WorkPage),
  },
  { path: '**', redirectTo: '' },
];
