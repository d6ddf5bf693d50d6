// Preloaded into a server: connections to the TCP ports that the file TEST_CUT_WAYS lists never come about, as where a
// firewall drops them; those that are there go on.
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';

const file = process.env.TEST_CUT_WAYS ?? '';
const connect = Socket.prototype.connect;
/** @this {Socket} @param {any[]} given */
function connectUnlessCut(...given) {
  // Node's own parts hand over an array of what was given.
  const options = [given[0]].flat()[0];
  const cut = readFileSync(file, 'utf8').split(' ').map(Number);
  return cut.includes(Number(options?.port)) ? this : Reflect.apply(connect, this, given);
}
Socket.prototype.connect = connectUnlessCut;
