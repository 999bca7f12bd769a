/** An S3 server for tests of the artifact store; the product itself never starts one. */
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { buildOnce } from './cache.ts';
import { firstRoute } from './first-route.ts';
import { goInstall } from './go-install.ts';
import { type Reporter, streamReporter } from './reporter.ts';

const VERSION = 'v1.8.0';
const BUILD = `versitygw-${VERSION}-${platform()}-${arch()}`;

/**
 * Path of the executable `versitygw`, from the cache or built with Go.
 * @throws {SetupFailed} when it is neither cached nor can be built
 */
export function ensureS3Server(reporter: Reporter = streamReporter()): Promise<string> {
  const part = {
    name: 'S3 server for tests',
    remedy: 'Install Go',
    routes: [{ name: 'a build with Go', take: () => built(reporter) }],
  };
  return firstRoute(part, reporter);
}

async function built(reporter: Reporter): Promise<string> {
  const module = `github.com/versity/versitygw/cmd/versitygw@${VERSION}`;
  const build = await buildOnce(BUILD, reporter, async (folder) => {
    reporter.say(`S3 server: building versitygw ${VERSION} with Go, which takes some minutes`);
    await goInstall(module, folder, reporter);
  });
  return join(build, 'versitygw');
}
