import { XMLParser } from 'fast-xml-parser';
import type { S3Client } from './s3-client.ts';

/** One page of a bucket's listing: at most a thousand objects, and where the next begins. */
export interface ListedPage {
  readonly items: readonly { readonly name: string; readonly bytes: number; readonly modified: Date }[];
  readonly next?: string;
}

/** Texts stay texts: the client's own reader takes a name such as `0012` for a number. */
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => name === 'Contents',
});

interface Answer {
  readonly ListBucketResult?: {
    readonly Contents?: readonly {
      readonly Key: string;
      readonly Size: string;
      readonly LastModified: string;
    }[];
    readonly NextContinuationToken?: string;
  };
}

export async function listPage(
  client: S3Client,
  prefix: string,
  token: string | undefined,
): Promise<ListedPage> {
  const query = new URLSearchParams({
    ...(token === undefined ? {} : { 'continuation-token': token }),
    'list-type': '2',
    prefix,
  });
  // Signed as it is sent: a space as %20, the names in their order.
  const { body } = await client.ask({ method: 'GET', query: query.toString().replaceAll('+', '%20') });
  const { ListBucketResult: found } = parser.parse(body.toString('utf8')) as Answer;
  const next = found?.NextContinuationToken;
  return {
    items: (found?.Contents ?? []).map(({ Key, Size, LastModified }) => ({
      name: Key,
      bytes: Number(Size),
      modified: new Date(LastModified),
    })),
    ...(next ? { next } : {}),
  };
}
