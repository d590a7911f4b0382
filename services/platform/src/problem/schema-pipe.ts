import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import * as z from 'zod';
import { Violation } from './violation.js';

/**
 * The one validation pipe, for HTTP and sockets alike. Checks what a handler's parameter declares: `@Body({ schema: X })`,
 * `@Query({ schema: X })`, `@Param('id', { schema: X })`, `@MessageBody({ schema: X })`. The handler gets the parsed value.
 * @throws Violation `invalid-request` with the names of the refused fields, never their values
 */
@Injectable()
export class SchemaPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const schema = metadata.schema;
    if (schema === undefined) return value;
    return parseRequest(schema as unknown as z.ZodType, value);
  }
}

/** Parses `value`, or throws the Violation that {@link SchemaPipe} throws. */
export function parseRequest<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = [...new Set(result.error.issues.flatMap((issue) => fieldNames(issue)))].slice(0, 20);
  throw new Violation('invalid-request', fields.length === 0 ? {} : { fields });
}

/** Path of the refused field in the schema's own words; names that the caller made up are not repeated. */
function fieldNames(issue: z.core.$ZodIssue): string[] {
  if (issue.path.length === 0) return [];
  return [issue.path.map(String).join('.').slice(0, 100)];
}
