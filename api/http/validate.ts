// Checks one part of a request with its schema, and names every field that is wrong.

import type { z } from 'zod';

import { type ErrorDetail, notFound, validationError } from '../errors.js';
import { findUnsafe } from './safe-value.js';

/** @throws ApiError VALIDATION_ERROR; NOT_FOUND for a path, as no such thing can exist */
export function validate<S extends z.ZodType>(
  part: 'params' | 'query' | 'body',
  schema: S | undefined,
  value: unknown,
): z.output<S> {
  if (!schema) return undefined as z.output<S>;
  const unsafe = findUnsafe(part, value);
  if (unsafe) throw part === 'params' ? notFound() : validationError([unsafe]);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  if (part === 'params') throw notFound();
  throw validationError(result.error.issues.flatMap((issue) => toDetails(part, issue)));
}

function toDetails(part: string, issue: z.core.$ZodIssue): ErrorDetail[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: [...path, key].join('.'),
      message: 'is not a field of this request',
    }));
  }
  return [{ field: path.join('.') || part, message: issue.message }];
}
