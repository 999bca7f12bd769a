/** An S3 server for tests of the artifact store; the product itself never starts one. */
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { buildOnce } from './cache.ts';
import { goInstall } from './go-install.ts';
import { reporter } from './reporter.ts';

const VERSION = 'v1.8.0';

/** Path of the executable `versitygw`, from the cache or built with Go. @throws {Error} when there is no Go */
export async function ensureS3Server(): Promise<string> {
  const build = await buildOnce(`versitygw-${VERSION}-${platform()}-${arch()}`, async (folder) => {
    reporter.say(`S3 server: building versitygw ${VERSION} with Go, which takes some minutes`);
    await goInstall(`github.com/versity/versitygw/cmd/versitygw@${VERSION}`, folder);
  });
  return join(build, 'versitygw');
}
