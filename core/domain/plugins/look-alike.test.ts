import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookAlike } from './look-alike.ts';

const known = ['statistics', 'regression', 'survival', 'table', 'machine-learning', 'prepare'];

test('names that could be taken for one that ships', () => {
  const alike = {
    statistic: 'statistics',
    'statistics-': 'statistics',
    statlstics: 'statistics',
    stat1stics: 'statistics',
    statistlcs: 'statistics',
    'stat-istics': 'statistics',
    regress1on: 'regression',
    regressi0n: 'regression',
    regresion: 'regression',
    survivai: 'survival',
    survivals: 'survival',
    tables: 'table',
    tab1e: 'table',
    machinelearning: 'machine-learning',
    'machine-iearning': 'machine-learning',
    'rnachine-learning': 'machine-learning',
    prepared: 'prepare',
  };
  for (const [name, taken] of Object.entries(alike)) assert.equal(lookAlike(name, known), taken, name);
});

test('names of their own, and the name itself', () => {
  for (const name of [...known, 'dose-checks', 'statistics-of-dose', 'bayes', 'tab', 'time-series'])
    assert.equal(lookAlike(name, known), undefined, name);
});
