// JSON lines in production, readable lines on a terminal; personal data and secrets never reach either.

import { Writable } from 'node:stream';

import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

import type { Config } from './config.js';
import { redactLine } from './redact.js';

export interface LoggerOptions {
  process: 'api' | 'background' | 'worker' | 'standalone' | 'command';
  /** Where lines go; standard output unless given. */
  destination?: DestinationStream;
}

/** Child loggers (`log.child({ request_id })`) are redacted alike. */
export function openLogger(config: Config['log'], options: LoggerOptions): Logger {
  const readable = config.pretty || (!options.destination && process.stdout.isTTY);
  return pino(
    {
      level: config.level,
      base: { process: options.process, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: toPlainError },
      hooks: { streamWrite: redactLine },
    },
    readable ? pretty(prettyOptions(options.destination)) : (options.destination ?? standardOut()),
  );
}

/**
 * Drivers hang more on an error than one may tell: pg its whole connection and the row that did not fit, ioredis the
 * words of its command, which may be a password.
 */
function toPlainError(thrown: Error): object {
  if (!(thrown instanceof Error)) return thrown;
  const { client, command, detail, ...told } = pino.stdSerializers.err(thrown);
  return told;
}

const standardOut = () => pino.destination({ dest: 1, sync: true });

const prettyOptions = (destination?: DestinationStream) => ({
  ignore: 'pid,process',
  messageFormat: '{process}: {msg}',
  translateTime: 'SYS:HH:MM:ss.l',
  sync: true,
  ...(destination && { destination: toWritable(destination) }),
});

const toWritable = (destination: DestinationStream) =>
  new Writable({
    write(chunk, _encoding, done) {
      destination.write(String(chunk));
      done();
    },
  });
