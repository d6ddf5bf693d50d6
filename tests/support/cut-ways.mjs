// Preloaded into a server. Connections to the TCP ports that the file TEST_CUT_WAYS lists never come about, as where a
// firewall drops them; those that are there go on. A port with `!` before it: connections that are there break, once.
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';

const file = process.env.TEST_CUT_WAYS ?? '';
const read = () => readFileSync(file, 'utf8').split(' ');
const connect = Socket.prototype.connect;
/** @type {Map<Socket, number>} */
const open = new Map();

/** @this {Socket} @param {any[]} given */
function connectUnlessCut(...given) {
  // Node's own parts hand over an array of what was given.
  const options = [given[0]].flat()[0];
  const port = Number(options?.port);
  if (read().map(Number).includes(port)) return this;
  open.set(this, port);
  this.once('close', () => open.delete(this));
  return Reflect.apply(connect, this, given);
}
Socket.prototype.connect = connectUnlessCut;

let broken = '';
setInterval(() => {
  const ports = read().filter((word) => word.startsWith('!'));
  if (ports.join() === broken) return;
  broken = ports.join();
  for (const [socket, port] of open) if (ports.includes(`!${port}`)) socket.destroy();
}, 20).unref();
