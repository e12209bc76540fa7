import { randomUUID } from 'node:crypto';
import type { TestS3 } from '../../../../test/s3.ts';
import { createS3Client } from '../s3-client.ts';
import { placeOf, type S3Options } from '../s3-options.ts';

/** A new bucket on the test server, and what opens it. */
export async function makeBucket({ endpoint, accessKey, secretKey }: TestS3): Promise<S3Options> {
  const bucket = `test-${randomUUID()}`;
  const options: S3Options = { endpoint, accessKey, secretKey, bucket, allowHttp: true };
  const client = createS3Client(placeOf(options));
  await client.minio.makeBucket(bucket);
  client.close();
  return options;
}
