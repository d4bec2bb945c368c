import { expect } from 'chai';
import pkg from 'knex';
import pg from 'pg';

import { ApiError } from '../errors.js';
import { toApiError } from './error-handler.js';

const databaseError = (code: string) =>
  Object.assign(new pg.DatabaseError('column "secret" of relation "users"', 1, 'error'), { code });

describe('telling a caller what went wrong', () => {
  it('answers each state of the database with its own status', () => {
    const states: Record<string, readonly string[]> = {
      '422 VALIDATION_ERROR': ['22P02', '22003', '22021', '22P05', '22001', '23503'],
      '409 CONFLICT': ['23505'],
      '503 SERVICE_UNAVAILABLE': ['40001', '40P01', '55P03', '57014', '57P01', '08006', '53300'],
      '500 INTERNAL_ERROR': ['42P01', '42703', 'XX000'],
    };
    for (const [expected, codes] of Object.entries(states)) {
      for (const code of codes) {
        const error = toApiError(databaseError(code));
        expect(`${error.status} ${error.code}`, code).to.equal(expected);
        expect(JSON.stringify([error.message, error.details])).not.to.match(/secret|users/);
      }
    }
  });

  it('answers 503, with a time to come back, where something cannot be reached', () => {
    const unreachable = [
      new pkg.KnexTimeoutError('Knex: Timeout acquiring a connection'),
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      new Error('timeout exceeded when trying to connect'),
      new Error('Connection terminated unexpectedly'),
      new Error('select 1 from "users" - Connection terminated unexpectedly'),
      new Error("Stream isn't writeable and enableOfflineQueue options is false"),
      new Error('Connection is closed.'),
    ];
    for (const thrown of unreachable) {
      const error = toApiError(thrown);
      expect(error.status, thrown.message).to.equal(503);
      expect(error.headers).to.have.property('Retry-After');
    }
  });

  it('passes on what was meant for the caller and hides everything else', () => {
    const meant = new ApiError(418, 'TEAPOT', 'Short and stout.');
    expect(toApiError(meant)).to.equal(meant);
    for (const thrown of [
      new Error('select * from users'),
      'text',
      null,
      undefined,
      { status: 200 },
    ]) {
      const error = toApiError(thrown);
      expect([error.status, error.code]).to.deep.equal([500, 'INTERNAL_ERROR']);
      expect(error.message).not.to.include('users');
    }
  });
});
