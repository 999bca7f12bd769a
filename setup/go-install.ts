import { runProgram } from './run-program.ts';

/**
 * Builds a program of a Go module, whose sources come from Go's module proxy.
 * @param module with its version: `github.com/temporalio/cli/cmd/temporal@v1.5.1`
 * @param folder gets the executable and nothing else
 * @throws {Error} when there is no Go, or the build fails
 */
export async function goInstall(module: string, folder: string): Promise<void> {
  await runProgram('go', ['version']);
  await runProgram('go', ['install', '-trimpath', '-ldflags=-s -w', module], {
    // Without C the executable runs on any Linux, and no C compiler is needed.
    env: { ...process.env, GOBIN: folder, GOFLAGS: '', CGO_ENABLED: '0' },
    what: `building ${module}`,
  });
}
