import { type TObject, type TProperties, type TSchema, Type } from 'typebox';

/** A closed object; with a name it becomes a component of the OpenAPI document. */
export function shape<P extends TProperties>(properties: P, name?: string): TObject<P> {
  return Type.Object(properties, {
    additionalProperties: false,
    ...(name ? { $id: `urn:assay:schema:${name}` } : {}),
  });
}

/** Lower case alone: ids are compared as text, and what another spelling would find is not worth a rule. */
const uuid = {
  format: 'uuid',
  pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
} as const;

export const Id = Type.String({ ...uuid, description: 'Random id (UUID).' });
export const Time = Type.String({ format: 'date-time', description: 'ISO 8601, in UTC.' });
export const Digest = Type.String({
  pattern: '^sha256:[0-9a-f]{64}$',
  description: 'SHA-256, `sha256:hex`.',
});
export const IdParams = shape({ id: Id });

/** A name for people, on one line. */
export const Name = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\s\\p{C}]([^\\p{C}]*[^\\s\\p{C}])?$', description });

/** Query of every list. */
export const pageQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Items on a page.' }),
  after: Type.Optional(
    Type.String({ ...uuid, description: 'Id of the last item of the page before (`next`).' }),
  ),
};

export function pageOf<S extends TSchema>(item: S, name: string) {
  return shape(
    {
      items: Type.Array(item, { description: 'Newest first.' }),
      next: Type.Optional(
        Type.String({
          ...uuid,
          description: 'Give it as `after` to get the next page; absent on the last.',
        }),
      ),
    },
    name,
  );
}
