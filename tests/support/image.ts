/**
 * Builds a Dockerfile without an engine: its base image is a Debian made by debootstrap with this
 * machine's Node in it, and each RUN line is a script in that folder. What this cannot show: the real
 * base image, its layers and caches, and the engine's own sandbox.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { DockerfileParser, type Instruction } from 'dockerfile-ast';
import { projectFolder } from '../../server/config.ts';

/** Certificate authorities that this machine trusts beside the usual ones, such as a company's. */
const authorities = process.env.NODE_EXTRA_CA_CERTS;
const authoritiesThere = '/etc/extra-authorities.pem';

/** What a container of it would start with. */
export interface Image {
  readonly root: string;
  readonly workdir: string;
  readonly user: string;
  readonly environment: Record<string, string>;
  readonly command: string[];
  readonly healthCheck: string[];
}

export class Builder {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'surveillance-image-'));
  readonly #base = path.join(this.folder, 'base');

  /** Makes the base: about 1 minute. */
  makeBase(): void {
    const debian = readFileSync('/etc/os-release', 'utf8');
    const codename = /^VERSION_CODENAME=(\w+)/m.exec(debian)?.[1] ?? 'bookworm';
    const sources = execFileSync(
      'apt-get',
      ['indextargets', '--format', '$(CODENAME) $(REPO_URI)', 'Created-By: Packages'],
      { encoding: 'utf8' },
    );
    const mirror = sources.split('\n').find((line) => line.startsWith(`${codename} `));
    if (!mirror) throw new Error(`apt knows no source of ${codename}`);
    must('debootstrap', '--variant=minbase', codename, this.#base, mirror.split(' ')[1] ?? '');
    // What `FROM node:20-bookworm-slim` has beyond Debian.
    const npm = execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim();
    const local = path.join(this.#base, 'usr/local');
    cpSync(realpathSync(process.execPath), path.join(local, 'bin/node'));
    cpSync(path.join(npm, 'npm'), path.join(local, 'lib/node_modules/npm'), { recursive: true });
    must('ln', '-s', '../lib/node_modules/npm/bin/npm-cli.js', path.join(local, 'bin/npm'));
    // Where packages come from is the machine's own affair, in a container as here.
    for (const file of [
      '/etc/apt/apt.conf.d',
      '/etc/apt/sources.list.d',
      '/root/.npmrc',
      '/etc/hosts',
    ]) {
      if (existsSync(file)) must('cp', '-a', file, path.join(this.#base, path.dirname(file)));
    }
    must('cp', '-L', '/etc/resolv.conf', path.join(this.#base, 'etc/resolv.conf'));
    if (authorities) must('cp', '-L', authorities, path.join(this.#base, authoritiesThere));
  }

  /** @param onStep told each instruction before it is run */
  build(dockerfile: string, onStep: (line: string) => void): Image {
    const stages = new Map<string, string>();
    let image: Image | undefined;
    for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
      const keyword = instruction.getKeyword();
      const words = instruction.getArguments().map((argument) => argument.getValue());
      onStep(`${keyword} ${words.join(' ')}`);
      if (keyword === 'FROM') {
        const name = words[2] ?? 'final';
        const root = path.join(this.folder, name);
        must('cp', '-a', this.#base, root);
        stages.set(name, root);
        image = { root, workdir: '/', user: 'root', environment: {}, command: [], healthCheck: [] };
      } else if (image) image = this.#apply(image, stages, keyword, words, instruction);
    }
    if (!image) throw new Error('the Dockerfile has no FROM');
    return image;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  #apply(
    image: Image,
    stages: Map<string, string>,
    keyword: string,
    words: string[],
    instruction: Instruction,
  ): Image {
    switch (keyword) {
      case 'WORKDIR':
        mkdirSync(path.join(image.root, words[0] ?? ''), { recursive: true });
        return { ...image, workdir: words[0] ?? '' };
      case 'ENV': {
        const [name = '', value = ''] = (words[0] ?? '').split('=');
        return { ...image, environment: { ...image.environment, [name]: value } };
      }
      case 'USER':
        return { ...image, user: words[0] ?? '' };
      case 'CMD':
        return { ...image, command: jsonOf(instruction) };
      case 'HEALTHCHECK':
        return { ...image, healthCheck: jsonOf(instruction) };
      case 'COPY':
        copy(image, stages, instruction, words);
        return image;
      case 'RUN':
        run(image, instruction.getTextContent().replace(/^RUN\s/, ''));
        return image;
      case 'EXPOSE':
      case 'STOPSIGNAL':
        return image;
      default:
        throw new Error(`this builder does not know ${keyword}`);
    }
  }
}

/**
 * The words that start a program in a container of the image.
 * @param mounts commands of the shell that come before it
 */
export function inContainer(
  image: Image,
  program: string[],
  env: Record<string, string>,
  mounts: string[] = [],
): [program: string, ...args: string[]] {
  const variables = Object.entries({ ...image.environment, ...env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const script = [
    ...mounts,
    `mount --bind /proc ${image.root}/proc`,
    `mount --bind /dev ${image.root}/dev`,
    `exec chroot --userspec=${image.user} ${image.root} "$@"`,
  ].join(' && ');
  const paths = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const start = ['/usr/bin/env', '-i', `--chdir=${image.workdir}`, paths, ...variables, ...program];
  return ['unshare', '--mount', 'sh', '-c', script, 'sh', ...start];
}

function run(image: Image, line: string): void {
  const mounts: string[] = [];
  const script = line
    .replaceAll(/^#.*$/gm, '')
    .replaceAll(/--mount=\S*target=([^\s,]+)\S*/g, (_whole, target: string) => {
      const own = target.replace('/root/.cache', path.join(homedir(), '.cache'));
      mkdirSync(own, { recursive: true });
      mounts.push(`mkdir -p ${image.root}${target}`, `mount --bind ${own} ${image.root}${target}`);
      return '';
    });
  const env = {
    HOME: '/root',
    DEBIAN_FRONTEND: 'noninteractive',
    ...(authorities ? { NODE_EXTRA_CA_CERTS: authoritiesThere } : {}),
  };
  must(...inContainer(image, ['sh', '-ec', script], env, mounts));
}

function copy(
  image: Image,
  stages: Map<string, string>,
  instruction: Instruction,
  words: string[],
): void {
  const [from = '', to = ''] = words.slice(-2);
  const target = path.join(image.root, path.resolve(image.workdir, to));
  const stage = /--from=(\w+)/.exec(instruction.getTextContent())?.[1];
  if (stage) {
    const source = path.join(stages.get(stage) ?? '', from);
    mkdirSync(path.dirname(target), { recursive: true });
    must('cp', '-a', source, to.endsWith('./') ? `${target}/` : target);
    return;
  }
  if (from !== '.') throw new Error('this builder copies only the whole context');
  const ignored = readFileSync(path.join(projectFolder, '.dockerignore'), 'utf8').split('\n');
  const excludes = ignored.filter((line) => line !== '').map((line) => `--exclude=./${line}`);
  const pack = `tar -C '${projectFolder}' ${excludes.join(' ')} -c . | tar -C '${target}' --no-same-owner -x`;
  must('sh', '-c', pack);
}

/** The words of the exec form, `CMD ["program", "argument"]`. */
function jsonOf(instruction: Instruction): string[] {
  const text = instruction.getTextContent();
  return JSON.parse(text.slice(text.indexOf('['))) as string[];
}

function must(program: string, ...args: string[]): void {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return;
  const said = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.slice(-3000);
  throw new Error(`${program} ${args.join(' ').slice(0, 200)}: ${said}`);
}
