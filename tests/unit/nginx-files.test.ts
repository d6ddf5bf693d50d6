/** What keeps strangers out is the same in both of nginx's files: in front of one server, and of several nodes. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectFolder } from '../../server/config.ts';

/** The directives that follow the upstreams, without their comments. */
function rules(file: string): string[] {
  const text = readFileSync(path.join(projectFolder, 'deployment', file), 'utf8');
  return text
    .slice(text.indexOf('# WebSockets alone are handed on'))
    .split('\n')
    .map((line) => line.replace(/\s*#.*$/, '').trim())
    .filter((line) => line !== '');
}

test('the file for several nodes differs by where requests go and how long is waited, and by nothing else', () => {
  const [one, several] = [rules('nginx.conf'), rules('nginx.cluster.conf')];
  const without = (list: string[], other: string[]): string[] => {
    const rest = [...other];
    return list
      .filter((line) => {
        const at = rest.indexOf(line);
        if (at >= 0) rest.splice(at, 1);
        return at < 0;
      })
      .sort();
  };
  expect(without(one, several)).toEqual([
    'proxy_cache_use_stale error timeout http_503;',
    'proxy_next_upstream error timeout http_503;',
    'proxy_pass http://surveillance;',
    'proxy_send_timeout 30s;',
  ]);
  expect(without(several, one)).toEqual([
    'location ~ ^/(whip|whep)/ {',
    'proxy_cache_use_stale error timeout http_404 http_503;',
    'proxy_ignore_client_abort on;',
    'proxy_next_upstream error timeout http_404;',
    'proxy_next_upstream error timeout;',
    'proxy_pass http://$surveillance_nodes;',
    'proxy_pass http://$surveillance_nodes;',
    'proxy_read_timeout 12s;',
    'proxy_send_timeout 12s;',
    '}',
  ]);
});
